/** 移峰: what a month costs less when a share of the dear bands' energy is used in a cheap one instead. */
import type { Band } from '@/api/energy_money'
import type { Part } from './parts'

export const DEAR: readonly Band[] = ['sharp', 'peak', 'flat']

/** Yuan of energy charge; null where one of the bands is not on the bill. The adjustment and the demand stay as they are. */
export function shifted(parts: readonly Part[], from: Band, to: Band, percent: number): { readonly kwh: number; readonly yuan: number } | null {
  const [dear, cheap] = [from, to].map((band) => parts.find((part) => part.tone === band && part.quantity > 0))
  if (!dear || !cheap) return null
  const kwh = (dear.quantity * percent) / 100
  return { kwh, yuan: kwh * (dear.amount / dear.quantity - cheap.amount / cheap.quantity) }
}
