/** What is fetched for a window: as much again on both sides, so that panning shows what is already here. */
import { span, type Window } from './window'

/** Buckets over the width of the screen. */
export const FINE = 700
/** The cloud answers with wider buckets than asked where round ones need it. */
const COARSER = 1.7

/** A view that ends now is shown a moment later: what came since is no reason to call it incomplete. */
const LATE = 1 / 1000

export interface Reach extends Window {
  readonly buckets: number
}

/** The window with its surroundings; nothing is asked of the future. */
export function reachOf(window: Window, now: number): Reach {
  const length = span(window)
  const from = Math.max(0, window.from - length)
  const to = Math.max(Math.min(window.to + length, now), from + 1000)
  return { from, to, buckets: Math.max(1, Math.ceil((FINE * (to - from)) / length)) }
}

/** Whether what was fetched still shows this window: nothing of it is missing, and its buckets are fine enough. */
export function shows(reach: Reach, window: Window, now: number): boolean {
  const inside = window.from >= reach.from && Math.min(window.to, now) <= reach.to + span(window) * LATE
  return inside && (reach.to - reach.from) / reach.buckets <= (span(window) / FINE) * COARSER
}

/** Whether to fetch again before the edge is met: a quarter of a window is left, or the view is much closer than the buckets. */
export function isNear(reach: Reach, window: Window, now: number): boolean {
  const margin = span(window) / 4
  const left = window.from - margin >= reach.from || reach.from === 0
  const right = Math.min(window.to + margin, now) <= reach.to + span(window) * LATE
  return !(left && right && shows(reach, window, now))
}
