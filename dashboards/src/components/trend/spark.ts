/** A sparkline's path in a box of 100 × 24; null where nothing was known, so that a gap stays a gap. */
export const WIDTH = 100
export const HEIGHT = 24
const EDGE = 2

type Column = readonly (number | null)[]

export interface Spark {
  readonly line: string
  /** From least to most, where they differ. */
  readonly band: string
  /** Stretches [from, width] in which nothing was known. */
  readonly gaps: readonly (readonly [number, number])[]
  /** Top and height of the normal range, where the picture reaches into it. */
  readonly normal: readonly [number, number] | null
}

export interface SparkColumns {
  readonly mean: Column
  readonly minimum: Column
  readonly maximum: Column
  readonly normal: { readonly low?: number | null; readonly high?: number | null } | null
}

export function sparkOf({ mean, minimum, maximum, normal }: SparkColumns): Spark | null {
  const known = [...minimum, ...maximum, ...mean].filter((value) => value !== null)
  if (!known.length) return null
  const low = Math.min(...known)
  const high = Math.max(...known)
  const flat = high - low < 1e-9
  const x = (i: number) => round((i * WIDTH) / Math.max(mean.length - 1, 1))
  const y = (value: number) => round(flat ? HEIGHT / 2 : EDGE + (HEIGHT - 2 * EDGE) * (1 - (value - low) / (high - low)))
  let line = ''
  for (let i = 0; i < mean.length; i++) {
    const value = mean[i] ?? null
    if (value === null) continue
    const first = (mean[i - 1] ?? null) === null
    line += `${first ? 'M' : 'L'}${x(i)} ${y(value)}`
    if (first && (mean[i + 1] ?? null) === null) line += 'h.8'
  }
  return { line, band: bandOf(minimum, maximum, x, y), gaps: gapsOf(mean, x), normal: flat ? null : rangeOf(normal, low, high, y) }
}

const round = (value: number) => Math.round(value * 10) / 10

/** Up along the most and back along the least, one area for each stretch without a gap. */
function bandOf(minimum: Column, maximum: Column, x: (i: number) => number, y: (value: number) => number): string {
  let path = ''
  for (let i = 0; i < maximum.length; i++) {
    if ((maximum[i] ?? null) === null) continue
    let end = i
    while (end + 1 < maximum.length && (maximum[end + 1] ?? null) !== null) end++
    const there = Array.from({ length: end - i + 1 }, (_, k) => `${x(i + k)} ${y(maximum[i + k] ?? 0)}`)
    const back = Array.from({ length: end - i + 1 }, (_, k) => `${x(end - k)} ${y(minimum[end - k] ?? maximum[end - k] ?? 0)}`)
    if (end > i) path += `M${[...there, ...back].join('L')}Z`
    i = end
  }
  return path
}

function gapsOf(mean: Column, x: (i: number) => number): [number, number][] {
  const gaps: [number, number][] = []
  for (let i = 0; i < mean.length; i++) {
    if ((mean[i] ?? null) !== null) continue
    let end = i
    while (end + 1 < mean.length && (mean[end + 1] ?? null) === null) end++
    gaps.push([x(Math.max(i - 0.5, 0)), round(x(Math.min(end + 0.5, mean.length - 1)) - x(Math.max(i - 0.5, 0)))])
    i = end
  }
  return gaps
}

function rangeOf(normal: SparkColumns['normal'], low: number, high: number, y: (value: number) => number): [number, number] | null {
  if (!normal) return null
  const top = y(Math.min(normal.high ?? high, high))
  const bottom = y(Math.max(normal.low ?? low, low))
  return bottom > top ? [top, round(bottom - top)] : null
}
