/** The six qualities of an interval, in the order of their trust, and their counts. */
import type { MeterQuality } from '@/api/energy'

export const QUALITIES = ['measured', 'interpolated', 'estimated', 'changed', 'reset', 'missing'] as const
export type Quality = (typeof QUALITIES)[number]

export interface Counted {
  readonly quality: Quality
  readonly count: number
  readonly share: number
}

/** Intervals by quality; the wire says shares, `all` how many intervals there are. Every interval is counted once. */
export function countsOf(meter: MeterQuality, all: number): Counted[] {
  return QUALITIES.map((quality) => ({ quality, share: meter.shares[quality] ?? 0, count: Math.round((meter.shares[quality] ?? 0) * all) }))
}

/** Quarter hours between two moments. */
export const quartersOf = (start: string, end: string): number => Math.round((Date.parse(end) - Date.parse(start)) / 900_000)
