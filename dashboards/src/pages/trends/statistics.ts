/** What a curve did in a window: least, most, mean by time, how much of the time is known; of a counter what it counted. */
import type { Chart, Curve } from '@/components/trend/columns'
import type { Window } from './window'

export interface Statistic {
  readonly curve: Curve
  readonly minimum: number | null
  /** The bucket of the least and of the most, ms; 0 where there is none. */
  readonly minimumAt: number
  readonly maximum: number | null
  readonly maximumAt: number
  /** By time: a bucket of which half is known counts half. */
  readonly mean: number | null
  readonly last: number | null
  /** Share (0 … 1) of the window's time with a value that can be believed. */
  readonly known: number
}

/** [first, last) bucket whose middle lies in the window. */
export function within(chart: Chart, window: Window): [number, number] {
  const first = chart.times.findIndex((at) => at * 1000 >= window.from)
  if (first < 0) return [0, 0]
  const after = chart.times.findIndex((at) => at * 1000 > window.to)
  return [first, after < 0 ? chart.times.length : after]
}

export function statisticOf(chart: Chart, curve: Curve, window: Window): Statistic {
  const [first, after] = within(chart, window)
  let least = -1
  let most = -1
  let last: number | null = null
  let weight = 0
  let sum = 0
  for (let i = first; i < after; i++) {
    const value = curve.mean[i] ?? null
    if (value === null) continue
    if (least < 0 || (curve.minimum[i] ?? value) < (curve.minimum[least] ?? Infinity)) least = i
    if (most < 0 || (curve.maximum[i] ?? value) > (curve.maximum[most] ?? -Infinity)) most = i
    last = value
    weight += curve.known[i] ?? 0
    sum += value * (curve.known[i] ?? 0)
  }
  const at = (i: number) => (i < 0 ? 0 : (chart.times[i] ?? 0) * 1000)
  return {
    curve,
    minimum: least < 0 ? null : (curve.minimum[least] ?? null),
    minimumAt: at(least),
    maximum: most < 0 ? null : (curve.maximum[most] ?? null),
    maximumAt: at(most),
    mean: weight > 0 ? sum / weight : null,
    last,
    known: after > first ? weight / (after - first) : 0,
  }
}
