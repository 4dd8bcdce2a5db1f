/** A figure beside its limit: rounding never makes a judgement look wrong (8 of 8.1 allowed, 99.96 % of a promised 100 %). */
import { number } from './number'

const MOST_MORE = 4
const NOISE = 1e-9

/** How many decimals a number has of its own, at most `most`: a limit of 8.1 is not shown as 8. */
export function ownDecimals(value: number, most: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e')
  return Math.min(most, Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent)))
}

function order(value: number, limit: number): number {
  return Math.abs(value - limit) <= NOISE * Math.max(Math.abs(value), Math.abs(limit)) ? 0 : Math.sign(value - limit)
}

/** Decimals for both, as few as there can be: what is read is above, at or below the limit as the figures are. */
export function beside(value: number, limit: number, decimals: number): { value: number; limit: number } {
  let own = Math.max(decimals, ownDecimals(limit, decimals + 1))
  for (let more = decimals; more <= decimals + MOST_MORE; more += 1) {
    own = Math.max(own, more)
    if (order(Number(value.toFixed(more)), Number(limit.toFixed(own))) === order(value, limit)) return { value: more, limit: own }
  }
  return { value: decimals + MOST_MORE, limit: own }
}

/** A share of 1 in percent, beside the share that it is judged by. */
export function percentOf(share: number | null, judgedBy = 1): string {
  return share === null ? '—' : `${number(share * 100, beside(share * 100, judgedBy * 100, 1).value)} %`
}
