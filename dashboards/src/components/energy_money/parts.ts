/** A bill as a stack: energy by band, then what is not energy; lines of one kind and band together. */
import type { Band, Bill, BillLine } from '@/api/energy_money'

export const BANDS: readonly Band[] = ['sharp', 'peak', 'flat', 'valley', 'deep_valley']
const KINDS: readonly BillLine['kind'][] = ['energy', 'basic', 'excess', 'power_factor', 'fee']

/** What a part is called and painted by: a band, or a kind of charge. */
export type Tone = Band | Exclude<BillLine['kind'], 'energy'>

export interface Part {
  readonly tone: Tone
  readonly lines: readonly BillLine[]
  /** Yuan; for the length of a bar alone, the lines hold the exact texts. */
  readonly amount: number
  readonly quantity: number
}

export function partsOf(bill: Bill): Part[] {
  const tone = (line: BillLine): Tone => (line.kind === 'energy' ? (line.band ?? 'flat') : line.kind)
  const order: readonly Tone[] = [...BANDS, ...KINDS.slice(1)] as Tone[]
  return order.flatMap((each) => {
    const lines = bill.lines.filter((line) => tone(line) === each)
    const sum = (of: (line: BillLine) => string) => lines.reduce((total, line) => total + Number(of(line)), 0)
    return lines.length ? [{ tone: each, lines, amount: sum((line) => line.amount), quantity: sum((line) => line.quantity) }] : []
  })
}

/** Shares of a bar in percent; what is below zero (a rebate) has no length. */
export function sharesOf(parts: readonly Part[]): number[] {
  const total = parts.reduce((sum, part) => sum + Math.max(0, part.amount), 0)
  return parts.map((part) => (total ? (Math.max(0, part.amount) / total) * 100 : 0))
}
