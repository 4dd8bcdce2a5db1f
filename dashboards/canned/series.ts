/** A plausible past for a point: days and evenings, a little noise, and one stretch of silence. */
import type { PointValue, SeriesAnswer, SeriesColumns } from '../src/api/types'

const DAY = 86_400_000
const HOUR = 3_600_000
/** What counters rise in a day, by their unit. */
const A_DAY: Readonly<Record<string, number>> = { h: 13, 'kW.h': 55 }
const STEPS = [1, 5, 10, 30, 60, 300, 900, 3600].map((seconds) => seconds * 1000)

function noise(i: number, seed: number): number {
  const x = Math.sin(i * 12.9898 + seed * 78.233) * 43758.5453
  return x - Math.floor(x)
}

function seedOf(id: string): number {
  return [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7)
}

function valueAt(at: number, point: PointValue, seed: number): number {
  const day = (at % DAY) / DAY
  const low = point.normal?.low ?? 0
  const base = point.value || ((point.normal?.high ?? 10) + low) / 2
  if (point.kind === 'state') return Number(Math.sin(day * 2 * Math.PI * (3 + (seed % 4)) + seed) > 0.1)
  if (point.kind === 'counter') return base - ((Date.now() - at) / DAY) * (A_DAY[point.unit] ?? Math.abs(base) * 0.002)
  if (point.point === 'floor') return Math.round(8.5 + 9.5 * Math.sin(at / 700_000 + seed))
  const bumps = Math.sin(day * 2 * Math.PI + 0.9) * 0.16 + Math.sin(day * 4 * Math.PI + seed) * 0.1
  const value = base * (1 + bumps + (noise(Math.floor(at / 600_000), seed) - 0.5) * 0.08)
  return point.decimals === 0 ? Math.round(value) : value
}

export function series(points: readonly PointValue[], from: number, to: number, buckets: number): SeriesAnswer {
  const wanted = (to - from) / buckets
  const width = STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted / 3_600_000) * 3_600_000
  const first = Math.floor(from / width) * width
  const start = Array.from({ length: Math.max(1, Math.ceil((to - first) / width)) }, (_, i) => first + i * width)
  return { start, width: width / 1000, items: points.map((point) => columns(point, start)) }
}

function columns(point: PointValue, start: readonly number[]): SeriesColumns {
  const seed = seedOf(point.id)
  const lost = Date.now() - 16 * HOUR
  const silent = start.map((at) => Number(point.kind === 'measurement' && at > lost && at < lost + 1.2 * HOUR))
  const mean = start.map((at, i) => (silent[i] ? null : valueAt(at, point, seed)))
  const spread = (sign: number) => mean.map((value, i) => (value === null ? null : point.kind === 'measurement' && point.decimals > 0 ? value * (1 + sign * 0.03 * noise(i, seed)) : value))
  const none = start.map(() => 0)
  return {
    point: point.id, site: point.site, name: point.name, unit: point.unit, decimals: point.decimals,
    count: silent.map((gone) => (gone ? 0 : 60)), mean, minimum: spread(-1), maximum: spread(1), first: mean, last: mean, bad: none, uncertain: none, silent,
  }
}
