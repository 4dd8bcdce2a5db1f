/** Where a value stands in its band, in per cent of the drawn bar. */
import type { Range } from '@/api/types'

export interface Band {
  /** The normal range on the bar. */
  readonly from: number
  readonly to: number
  /** The value on the bar, clamped to it. */
  readonly at: number
  /** -1 below the normal range, 1 above it, 0 within. */
  readonly side: -1 | 0 | 1
}

const MARGIN = 0.25

/** Null where nothing says what is normal. */
export function band(value: number, normal: Range | null, valid: Range | null): Band | null {
  const ends = drawn(normal, valid)
  if (!ends || !normal) return null
  const place = (x: number) => (100 * (Math.min(Math.max(x, ends.low), ends.high) - ends.low)) / (ends.high - ends.low)
  const below = value < (normal.low ?? -Infinity)
  const above = value > (normal.high ?? Infinity)
  return {
    from: place(normal.low ?? ends.low),
    to: place(normal.high ?? ends.high),
    at: place(value),
    side: below ? -1 : above ? 1 : 0,
  }
}

function drawn(normal: Range | null, valid: Range | null): { low: number; high: number } | null {
  const low = normal?.low ?? null
  const high = normal?.high ?? null
  if (low === null && high === null) return null
  const other = low === null ? Math.min(valid?.low ?? 0, 0) : (valid?.high ?? low * 4)
  const from = low ?? other
  const to = high ?? other
  const span = Math.abs(to - from) || Math.abs(to) || 1
  return {
    low: low === null ? from : Math.max(low - span * MARGIN, valid?.low ?? -Infinity),
    high: high === null ? to : Math.min(high + span * MARGIN, valid?.high ?? Infinity),
  }
}
