/** The figures of ISA-18.2 (IEC 62682) and their bands, per post: about 1 in 10 min is acceptable, 2 the most; over 10 is a flood. */
import type { AlarmLoad, Priority } from '@/api/types'

export type Verdict = 'well' | 'worse' | 'over' | 'few'
/** Of fewer raises the first ten are most of them, whatever they are. */
const ENOUGH = 200

export interface Figure {
  readonly name: 'rate' | 'most' | 'flood' | 'stale' | 'chattering' | 'top_share'
  readonly value: number
  readonly decimals: number
  readonly unit: string
  readonly verdict: Verdict
}

const verdict = (value: number, well: number, most: number): Verdict => (value <= well ? 'well' : value <= most ? 'worse' : 'over')

export function figuresOf(load: AlarmLoad): Figure[] {
  const few = load.raises < ENOUGH
  return [
    { name: 'rate', value: load.per_ten_minutes, decimals: 1, unit: '', verdict: verdict(load.per_ten_minutes, 1, 2) },
    { name: 'most', value: load.most_in_ten_minutes, decimals: 0, unit: '', verdict: verdict(load.most_in_ten_minutes, 2, 10) },
    { name: 'flood', value: load.flood_share * 100, decimals: 1, unit: ' %', verdict: verdict(load.flood_share, 0.01, 0.05) },
    { name: 'stale', value: load.stale, decimals: 0, unit: '', verdict: verdict(load.stale, 4, 4) },
    { name: 'chattering', value: load.chattering.length, decimals: 0, unit: '', verdict: verdict(load.chattering.length, 0, 0) },
    { name: 'top_share', value: load.top_share * 100, decimals: 0, unit: ' %', verdict: few ? 'few' : verdict(load.top_share, 0.01, 0.05) },
  ]
}

/** Priority → its part of all raises. */
export function mixOf(load: AlarmLoad): Partial<Record<Priority, number>> {
  const all = Object.values(load.priorities).reduce((sum, count) => sum + count, 0)
  return all ? Object.fromEntries(Object.entries(load.priorities).map(([priority, count]) => [priority, count / all])) : {}
}
