/** What the counters of an equipment counted: today, 7 and 30 days, day by day; hours of running where nothing counts them. */
import type { PointValue, SeriesAnswer, SeriesColumns } from '@/api/types'

export interface Total {
  readonly point: PointValue
  readonly unit: string
  readonly decimals: number
  readonly today: number | null
  readonly week: number | null
  readonly month: number | null
  /** Each local day, the oldest first; null: nothing is known of it. */
  readonly days: readonly (number | null)[]
}

const RUNNING = 'running'

/** Counters; and where none counts hours, the states that say `running`. */
export function countedPoints(points: readonly PointValue[]): PointValue[] {
  const own = points.filter((point) => !point.instance)
  const counters = own.filter((point) => point.kind === 'counter')
  const hours = counters.some((point) => point.unit === 'h')
  return hours ? counters : [...own.filter((point) => point.states.some((state) => state.code === RUNNING && state.value === 1)), ...counters]
}

/** The rise from bucket to bucket: a counter that fell began anew, and counts from where it is seen again. */
function rises(columns: SeriesColumns): (number | null)[] {
  let before: number | null = null
  return columns.last.map((last, i) => {
    const first = columns.first[i] ?? null
    if (last === null || first === null) return null
    const from = before === null ? first : before
    before = last
    return last >= from ? last - from : last >= first ? last - first : 0
  })
}

/** Hours in which the state was 1; the last known holds on where nothing changed. */
function hours(columns: SeriesColumns, width: number): (number | null)[] {
  let held: number | null = null
  return columns.mean.map((mean, i) => {
    const known = Math.max(0, 1 - (columns.bad[i] ?? 0) - (columns.silent[i] ?? 0))
    if (mean !== null) held = columns.last[i] ?? null
    else if (known === 0) held = null
    const share = mean ?? held
    return share === null || known === 0 ? null : (share * known * width) / 3600
  })
}

/** `midnights`: where each local day begins, ms, the oldest first; the last is today. */
export function totalsOf(answer: SeriesAnswer, points: ReadonlyMap<string, PointValue>, midnights: readonly number[]): Total[] {
  return answer.items.flatMap((columns) => {
    const point = points.get(columns.point)
    if (!point) return []
    const state = point.states.length > 0
    const parts = state ? hours(columns, answer.width) : rises(columns)
    const days = midnights.map((from, i) => summed(parts, answer.start, from, midnights[i + 1] ?? Infinity))
    const since = (count: number) => days.slice(-count).reduce((sum: number | null, day) => (day === null ? sum : (sum ?? 0) + day), null)
    return [{ point, unit: state ? 'h' : point.unit, decimals: state ? 1 : point.decimals, today: since(1), week: since(7), month: since(30), days }]
  })
}

function summed(parts: readonly (number | null)[], start: readonly number[], from: number, to: number): number | null {
  let sum: number | null = null
  for (let i = 0; i < parts.length; i++) {
    const at = start[i] ?? 0
    const part = parts[i] ?? null
    if (at >= from && at < to && part !== null) sum = (sum ?? 0) + part
  }
  return sum
}
