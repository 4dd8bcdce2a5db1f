/** What is fetched for a window: as much again on both sides and more of where it moves to; and far around it, coarsely. */
import { span, type Window } from './window'

/** Buckets over the width of the screen. */
export const FINE = 700
/** … and of the picture underneath, which is there while the finer one is on its way. */
export const COARSE = 100
/** Windows to both sides of which there is a coarse picture, and of which there has to be one before it is fetched anew. */
const AROUND = 8
const LEFT = 3
/** The cloud answers with wider buckets than asked where round ones need it. */
const COARSER = 1.7
/** A moving window is fetched for where it will be so much later, ms; not more than so many windows ahead. */
const AHEAD = 500
const FARTHEST = 2

/** A view that ends now is shown a moment later: what came since is no reason to call it incomplete. */
const LATE = 1 / 1000

export interface Reach extends Window {
  readonly buckets: number
}

function reach(from: number, to: number, window: Window, now: number, density: number): Reach {
  const first = Math.max(0, from)
  const last = Math.max(Math.min(to, now), first + 1000)
  return { from: first, to: last, buckets: Math.max(1, Math.ceil((density * (last - first)) / span(window))) }
}

/** The window with its surroundings, `speed` (ms of time in a ms) told ahead; nothing is asked of the future. */
export function reachOf(window: Window, now: number, speed = 0): Reach {
  const length = span(window)
  const lead = Math.min(Math.abs(speed) * AHEAD, FARTHEST * length)
  return reach(window.from - length - (speed < 0 ? lead : 0), window.to + length + (speed > 0 ? lead : 0), window, now, FINE)
}

/** Far around the window, in few buckets. */
export function coarseOf(window: Window, now: number): Reach {
  const around = AROUND * span(window)
  return reach(window.from - around, window.to + around, window, now, COARSE)
}

/** Whether nothing of the window is missing, of however wide buckets. */
export function covers(reach: Reach, window: Window, now: number): boolean {
  return window.from >= reach.from && Math.min(window.to, now) <= reach.to + span(window) * LATE
}

function isFine(reach: Reach, window: Window, density: number): boolean {
  return (reach.to - reach.from) / reach.buckets <= (span(window) / density) * COARSER
}

/** Whether what was fetched still shows this window: nothing of it is missing, and its buckets are fine enough. */
export function shows(reach: Reach, window: Window, now: number): boolean {
  return covers(reach, window, now) && isFine(reach, window, FINE)
}

function holds(reach: Reach, window: Window, margin: number, now: number): boolean {
  const left = window.from - margin >= reach.from || reach.from === 0
  return left && Math.min(window.to + margin, now) <= reach.to + span(window) * LATE
}

/** Whether to fetch again before the edge is met: half a window is left, or the view is much closer than the buckets. */
export function isNear(reach: Reach, window: Window, now: number): boolean {
  return !(holds(reach, window, span(window) / 2, now) && shows(reach, window, now))
}

/** Whether the coarse picture is still one of the window's surroundings. */
export function isAround(reach: Reach, window: Window, now: number): boolean {
  return holds(reach, window, LEFT * span(window), Math.min(now, reach.to + span(window))) && isFine(reach, window, COARSE)
}
