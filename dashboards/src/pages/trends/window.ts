/** The stretch of time that the desk shows: presets, panning, zooming, and the stretch it is compared with. All in ms. */

export interface Window {
  readonly from: number
  readonly to: number
}

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
/** The buttons; the desk opens with the third. */
export const PRESETS = { '1h': HOUR, '6h': 6 * HOUR, '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY, '1y': 365 * DAY, '5y': 1826 * DAY } as const
export type Preset = keyof typeof PRESETS
/** Days back: whole weeks, so that a Monday meets a Monday. */
export const COMPARISONS = { day: 1, week: 7, month: 28, year: 364 } as const
export type Comparison = keyof typeof COMPARISONS
const SHORTEST = 10_000
const LONGEST = 20 * 365 * DAY

export function isPreset(text: string): text is Preset {
  return text in PRESETS
}

export function isComparison(text: string): text is Comparison {
  return text in COMPARISONS
}

export function span(window: Window): number {
  return window.to - window.from
}

/** Not shorter and not longer than makes sense, and never wholly in the future. */
export function held(window: Window, now: number): Window {
  const middle = (window.from + window.to) / 2
  const length = Math.min(Math.max(span(window), SHORTEST), LONGEST)
  const to = Math.min(length === span(window) ? window.to : middle + length / 2, now + length / 2)
  return { from: Math.round(to - length), to: Math.round(to) }
}

/** Moved by a share of its length; positive is later. */
export function panned(window: Window, share: number): Window {
  const by = span(window) * share
  return { from: window.from + by, to: window.to + by }
}

/** `factor` below 1 looks closer; the moment `at` keeps its place. */
export function zoomed(window: Window, factor: number, at = (window.from + window.to) / 2): Window {
  return { from: at - (at - window.from) * factor, to: at + (window.to - at) * factor }
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** How far the zone's clocks are before UTC at a moment, ms. */
export function zoneOffset(at: number, zone: string): number {
  let format = formats.get(zone)
  if (!format) {
    const whole = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const
    formats.set(zone, (format = new Intl.DateTimeFormat('en', { timeZone: zone, hourCycle: 'h23', ...whole })))
  }
  const parts = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, Number(part.value)]))
  const local = Date.UTC(parts.year ?? 0, (parts.month ?? 1) - 1, parts.day, parts.hour, parts.minute, parts.second)
  return local - Math.floor(at / 1000) * 1000
}

/** How far back the compared stretch lies: whole days by the site's own clocks, so that 08:00 meets 08:00. */
export function backBy(window: Window, comparison: Comparison, zone: string): number {
  const back = COMPARISONS[comparison] * DAY
  return back + zoneOffset(window.to - back, zone) - zoneOffset(window.to, zone)
}
