/** What is on the desk, as an address that can be sent to somebody: points, times (`-24h` stays the last day), comparison. */
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import { DAY, HOUR, isComparison, isPreset, PRESETS, type Comparison, type Preset, type Window } from './window'

/** The times of a view: so long before now, or two moments. */
export type Times = { readonly last: number } | Window

export interface Desk {
  readonly points: readonly string[]
  readonly times: Times
  readonly comparison: Comparison | null
}

export const MOST_POINTS = 24
export const FIRST: Times = { last: PRESETS['24h'] }
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: HOUR, d: DAY, w: 7 * DAY }

export function presetOf(times: Times): Preset | null {
  if (!('last' in times)) return null
  return Object.keys(PRESETS).filter(isPreset).find((each) => PRESETS[each] === times.last) ?? null
}

export function windowOf(times: Times, now: number): Window {
  return 'last' in times ? { from: now - times.last, to: now } : times
}

/** `-24h` and `now`, or RFC 3339, as the cloud's own questions have it. */
export function said(times: Times): { readonly from: string; readonly to: string } {
  if (!('last' in times)) return { from: new Date(times.from).toISOString(), to: new Date(times.to).toISOString() }
  const hours = Math.round(times.last / HOUR)
  return { from: hours % 24 === 0 && hours > 48 ? `-${hours / 24}d` : `-${hours}h`, to: 'now' }
}

/** The first view where the texts are no times. */
export function timesOf(from: string, to: string): Times {
  const ago = /^-(\d{1,6})([smhdw])$/.exec(from)
  if (ago && (to === 'now' || !to)) return { last: Number(ago[1]) * (UNITS[ago[2] ?? 'h'] ?? HOUR) || PRESETS['24h'] }
  const window = { from: Date.parse(from), to: Date.parse(to) }
  return window.from < window.to ? window : FIRST
}

export function queryOf(desk: Desk): LocationQueryRaw {
  return { point: [...desk.points], ...said(desk.times), ...(desk.comparison ? { compare: desk.comparison } : {}) }
}

const texts = (value: LocationQuery[string] | undefined) => [value ?? []].flat().filter((each) => typeof each === 'string')

export function deskOf(query: LocationQuery): Desk {
  const [from = '', to = '', compare = ''] = ['from', 'to', 'compare'].map((name) => texts(query[name])[0])
  const points = [...new Set(texts(query.point))].slice(0, MOST_POINTS)
  return { points, times: from ? timesOf(from, to) : FIRST, comparison: isComparison(compare) ? compare : null }
}
