/** What is on the desk, as an address that can be sent to somebody: points, times (`-24h` stays the last day), comparison. */
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import { DAY, held, HOUR, isComparison, isPreset, PRESETS, span, type Comparison, type Preset, type Window } from './window'

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

/** `-90m`: in whole seconds, minutes, hours or days. */
function ago(last: number): string {
  const seconds = Math.max(1, Math.round(last / 1000))
  const hours = seconds / 3600
  if (Number.isInteger(hours)) return hours % 24 === 0 && hours > 48 ? `-${hours / 24}d` : `-${hours}h`
  return seconds % 60 === 0 || seconds > 999_999 ? `-${Math.round(seconds / 60)}m` : `-${seconds}s`
}

/** `-24h` and `now`, or RFC 3339, as the cloud's own questions have it. */
export function said(times: Times): { readonly from: string; readonly to: string } {
  if ('last' in times) return { from: ago(times.last), to: 'now' }
  return { from: new Date(times.from).toISOString(), to: new Date(times.to).toISOString() }
}

/** The first view where the texts are no times; never longer, shorter or later than makes sense. */
export function timesOf(from: string, to: string, now: number): Times {
  const since = /^-(\d{1,6})([smhdw])$/.exec(from)
  if (since && (to === 'now' || !to)) {
    const last = Number(since[1]) * (UNITS[since[2] ?? 'h'] ?? HOUR)
    return last ? { last: span(held({ from: now - last, to: now }, now)) } : FIRST
  }
  const window = { from: Date.parse(from), to: to === 'now' ? now : Date.parse(to) }
  return window.from < window.to && window.from < now ? held(window, now) : FIRST
}

export function queryOf(desk: Desk): LocationQueryRaw {
  return { point: [...desk.points], ...said(desk.times), ...(desk.comparison ? { compare: desk.comparison } : {}) }
}

const texts = (value: LocationQuery[string] | undefined) => [value ?? []].flat().filter((each) => typeof each === 'string')

/** How many points of an address are more than a desk takes. */
export function beyond(query: LocationQuery): number {
  return Math.max(0, new Set(texts(query.point)).size - MOST_POINTS)
}

export function deskOf(query: LocationQuery, now: number): Desk {
  const [from = '', to = '', compare = ''] = ['from', 'to', 'compare'].map((name) => texts(query[name])[0])
  const points = [...new Set(texts(query.point))].slice(0, MOST_POINTS)
  return { points, times: from ? timesOf(from, to, now) : FIRST, comparison: isComparison(compare) ? compare : null }
}
