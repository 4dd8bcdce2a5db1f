/** The limits of a reading in words: `0.3 … 0.6 MPa`, `≥ 0.3 MPa`; empty where there are none. */
import { number } from '@/format/number'

export interface Limits {
  readonly low?: number | null | undefined
  readonly high?: number | null | undefined
  readonly unit?: string | undefined
}

const show = (value: number) => number(value, value % 1 ? 2 : 0)

export function limits({ low, high, unit = '' }: Limits): string {
  const said = low != null && high != null ? `${show(low)} … ${show(high)}` : low != null ? `≥ ${show(low)}` : high != null ? `≤ ${show(high)}` : ''
  return said && `${said} ${unit}`.trim()
}
