/** A chosen day beside what it should be: the baseline's band, or where there is none the same weekdays around it. */
import type { Carpet, DayBand } from '@/api/energy'

export interface Band {
  /** By hour, as load (kW); null where nothing can be said. */
  readonly low: readonly (number | null)[]
  readonly middle: readonly (number | null)[]
  readonly high: readonly (number | null)[]
}

const WEEKS = 8
const FEWEST = 4
const DAY = 86_400_000

/** Loads of the day: amounts times steps an hour. */
export function loadsOf(carpet: Carpet, place: number): (number | null)[] {
  const perHour = carpet.columns / 24
  return (carpet.amount[place] ?? []).map((value, step) => (value === null || (carpet.coverage[place]?.[step] ?? 0) < 1 ? null : value * perHour))
}

export function bandOf(told: DayBand): Band | null {
  return told.expected.some((value) => value !== null) ? { low: told.low, middle: told.expected, high: told.high } : null
}

/** Weekdays as this one up to eight weeks before and after it: 10 %, the middle, 90 % by hour; null of an hour that fewer than four of them know. */
export function sameWeekdays(carpet: Carpet, place: number): { readonly band: Band; readonly days: number } | null {
  const at = (index: number) => Date.parse(`${carpet.days[index]}T00:00:00Z`) / DAY
  const [here, perHour] = [at(place), carpet.columns / 24]
  const others = carpet.days.map((_, i) => i).filter((i) => i !== place && Math.abs(at(i) - here) <= 7 * WEEKS && (at(i) - here) % 7 === 0)
  const hourly = Array.from({ length: 24 }, (_, hour) => others.flatMap((i) => hourOf(carpet, i, hour, perHour) ?? []).sort((a, b) => a - b))
  if (!hourly.some((values) => values.length >= FEWEST)) return null
  const of = (share: number) => hourly.map((values) => (values.length < FEWEST ? null : (values[Math.round(share * (values.length - 1))] ?? null)))
  return { band: { low: of(0.1), middle: of(0.5), high: of(0.9) }, days: others.length }
}

function hourOf(carpet: Carpet, day: number, hour: number, perHour: number): number | null {
  let sum = 0
  for (let step = hour * perHour; step < (hour + 1) * perHour; step++) {
    const value = carpet.amount[day]?.[step]
    if (value === null || value === undefined || (carpet.coverage[day]?.[step] ?? 0) < 1) return null
    sum += value
  }
  return sum
}

/** Hours whose use lies over the band, and under it. */
export function outside(carpet: Carpet, place: number, band: Band): { readonly over: readonly number[]; readonly under: readonly number[] } {
  const found = Array.from({ length: 24 }, (_, hour) => ({ hour, used: hourOf(carpet, place, hour, carpet.columns / 24) }))
  const beyond = (of: readonly (number | null)[], sign: 1 | -1) => found.filter(({ hour, used }) => used !== null && of[hour] != null && (used - (of[hour] ?? 0)) * sign > 0).map(({ hour }) => hour)
  return { over: beyond(band.high, 1), under: beyond(band.low, -1) }
}

/** The hours of a day as a table. */
export function hoursOf(carpet: Carpet, place: number): (number | null)[] {
  return Array.from({ length: 24 }, (_, hour) => hourOf(carpet, place, hour, carpet.columns / 24))
}
