/** From the cloud's buckets to what a chart, a table and a CSV need. */
import type { PointValue, SeriesAnswer, SeriesColumns } from '@/api/types'

export type Column = (number | null)[]

/** Colours that a chart tells apart. */
export const TONES = 4

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
  /** Share (0 … 1) of each bucket in which the value was known: neither bad nor silent. */
  readonly known: readonly number[]
  /** Values differ within buckets: there is a band from least to most to draw. */
  readonly spread: boolean
  /** Which of the chart colours, 1 … 4. */
  readonly tone: number
  /** Of the period that is compared with. */
  readonly past: boolean
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
  const { silent, bad, last } = columns
  const given = columns[name]
  const column: Column = new Array<number | null>(given.length)
  let held: number | null = null
  for (let i = 0; i < given.length; i++) {
    const value = given[i] ?? null
    const gap = (silent[i] ?? 0) > 0 || (bad[i] ?? 0) >= 1
    if (value !== null) held = last[i] ?? value
    else if (gap) held = null
    column[i] = value ?? (gap ? null : held)
  }
  return column
}

function knownOf({ bad, silent }: SeriesColumns): number[] {
  return bad.map((share, i) => Math.max(0, 1 - share - (silent[i] ?? 0)))
}

/** What a curve is called, and its states where it has some. */
export type Describe = (columns: SeriesColumns) => Pick<Curve, 'label' | 'names'>

export function chartOf(answer: SeriesAnswer, describe: Describe): Chart {
  return {
    times: answer.start.map((at) => at / 1000 + answer.width / 2),
    width: answer.width,
    curves: answer.items.map((columns, i) => curveOf(columns, describe, (i % TONES) + 1)),
  }
}

function curveOf(columns: SeriesColumns, describe: Describe, tone: number): Curve {
  const mean = filled(columns, 'mean')
  const spread = columns.minimum.some((low, i) => low !== (columns.maximum[i] ?? null))
  return {
    id: columns.point,
    ...describe(columns),
    unit: columns.unit,
    decimals: columns.decimals,
    mean,
    minimum: spread ? filled(columns, 'minimum') : mean,
    maximum: spread ? filled(columns, 'maximum') : mean,
    known: knownOf(columns),
    spread,
    tone,
    past: false,
  }
}

/** Stretches [from, to) of indices in which no curve has a value. */
export function gapsOf(chart: Chart): [number, number][] {
  const gaps: [number, number][] = []
  const now = chart.curves.filter((curve) => !curve.past)
  for (let i = 0; i < chart.times.length; i++) {
    if (now.some((curve) => curve.mean[i] !== null)) continue
    const last = gaps.at(-1)
    if (last && last[1] === i) last[1] = i + 1
    else gaps.push([i, i + 1])
  }
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
