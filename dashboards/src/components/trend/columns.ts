/** From the cloud's buckets to what a chart, a table and a CSV need. */
import type { PointValue, SeriesAnswer, SeriesColumns } from '@/api/types'

export type Column = (number | null)[]

export interface Curve {
  readonly id: string
  readonly label: string
  readonly unit: string
  readonly decimals: number
  /** Of a state point: what each value is called. */
  readonly names: ReadonlyMap<number, string> | null
  readonly mean: Column
  readonly minimum: Column
  readonly maximum: Column
}

export interface Chart {
  /** Middle of each bucket, seconds since 1970. */
  readonly times: number[]
  readonly width: number
  readonly curves: readonly Curve[]
}

/** A text or a message has no curve. */
export function canChart(point: PointValue): boolean {
  return point.kind !== 'text' && point.kind !== 'event'
}

/** A bucket without samples is held at the last value unless it was silent or bad: only then is it a gap. */
function filled(columns: SeriesColumns, name: 'mean' | 'minimum' | 'maximum'): Column {
  let held: number | null = null
  return columns[name].map((value, i) => {
    const gap = (columns.silent[i] ?? 0) > 0 || (columns.bad[i] ?? 0) >= 1
    if (value !== null) held = columns.last[i] ?? value
    else if (gap) held = null
    return value ?? (gap ? null : held)
  })
}

/** What a curve is called, and its states where it has some. */
export type Describe = (columns: SeriesColumns) => Pick<Curve, 'label' | 'names'>

export function chartOf(answer: SeriesAnswer, describe: Describe): Chart {
  return {
    times: answer.start.map((at) => at / 1000 + answer.width / 2),
    width: answer.width,
    curves: answer.items.map((columns) => ({
      id: columns.point,
      ...describe(columns),
      unit: columns.unit,
      decimals: columns.decimals,
      mean: filled(columns, 'mean'),
      minimum: filled(columns, 'minimum'),
      maximum: filled(columns, 'maximum'),
    })),
  }
}

/** Stretches [from, to) of indices in which no curve has a value. */
export function gapsOf(chart: Chart): [number, number][] {
  const gaps: [number, number][] = []
  chart.times.forEach((_, i) => {
    if (chart.curves.some((curve) => curve.mean[i] !== null)) return
    const last = gaps.at(-1)
    if (last && last[1] === i) last[1] = i + 1
    else gaps.push([i, i + 1])
  })
  return gaps
}

export function isEmpty(chart: Chart): boolean {
  return chart.curves.every((curve) => curve.mean.every((value) => value === null))
}

/** What a curve is at a bucket, as a person says it. */
export function says(curve: Curve, value: number | null | undefined, quantity: (value: number | null | undefined) => string): string {
  if (!curve.names || value === null || value === undefined) return quantity(value)
  return curve.names.get(Math.round(value)) ?? quantity(value)
}
