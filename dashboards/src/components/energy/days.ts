/** A month's days side by side with last year's and the temperature, and a scale with round steps. */
import type { EnergyMonth, MonthWeather } from '@/api/energy'
import { number } from '@/format/number'

export interface DayOfMonth {
  readonly day: string
  /** Null where nothing is known. */
  readonly amount: number | null
  readonly coverage: number
  /** The day has not begun. */
  readonly ahead: boolean
  /** Of the same day last year, where all of it is known. */
  readonly before: number | null
  readonly mean: number | null
}

type Days = EnergyMonth['totals'][number]['days']

/** Of one unit of the site. A running day is known as far as it has come: what lies ahead of `until` is not missing. */
export function daysOf(month: string, days: Days, until: number, last: Days | null, weather: MonthWeather | null): DayOfMonth[] {
  const mean = new Map(weather?.days.map((day, i) => [day, weather.mean[i] ?? null]))
  return days.start.map((start, i) => {
    const day = `${month}-${String(i + 1).padStart(2, '0')}`
    const end = days.start[i + 1] ?? start + 86_400_000
    const come = Math.min(Math.max((until - start) / (end - start), 0), 1)
    const coverage = days.coverage[i] ?? 0
    const whole = (last?.coverage[i] ?? 0) >= 1
    return {
      day, amount: days.amount[i] ?? null, coverage: come > 0 ? Math.min(coverage / come, 1) : 0, ahead: come <= 0,
      before: whole ? (last?.amount[i] ?? null) : null, mean: mean.get(day) ?? null,
    }
  })
}

/** From 0 to a round number over all values, in three to five steps. */
export function scaleOf(values: readonly (number | null)[]): { readonly most: number; readonly ticks: readonly number[] } {
  const highest = Math.max(...values.map((value) => value ?? 0), 0)
  if (highest <= 0) return { most: 1, ticks: [0] }
  const power = 10 ** Math.floor(Math.log10(highest))
  const step = [0.2, 0.25, 0.5, 1, 2, 2.5].map((each) => each * power).find((each) => highest / each <= 5) ?? power * 2.5
  const count = Math.ceil(highest / step - 1e-9)
  return { most: count * step, ticks: Array.from({ length: count + 1 }, (_, i) => i * step) }
}

/** A step of the scale, without decimals that it does not have. */
export function tickText(tick: number): string {
  return number(tick, [0, 1, 2].find((places) => Math.abs(tick - Number(tick.toFixed(places))) < 1e-9) ?? 3)
}
