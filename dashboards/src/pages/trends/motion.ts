/** How a window is being moved: by hand or only by the clock, and how fast. */
import { span, type Window } from './window'

/** A window that moved less than this share of itself follows the clock. */
const STIRRED = 1 / 100
/** Two moves farther apart than this, ms, are no motion. */
const MOTION = 400

export interface Motion {
  /** Take a window, seen at `at` (ms, of a clock that never steps); whether a hand moved it. */
  see(window: Window, at: number): boolean
  /** Ms of time in a ms; negative into the past. */
  readonly speed: number
  forget(): void
}

export function motion(): Motion {
  let before: { readonly window: Window; readonly at: number } | null = null
  let speed = 0
  return {
    get speed() {
      return speed
    },
    forget() {
      before = null
      speed = 0
    },
    see(window, at) {
      const last = before
      before = { window, at }
      if (!last) return false
      const by = window.from - last.window.from
      const panned = Math.abs(span(window) - span(last.window)) < span(window) * STIRRED
      speed = panned && at - last.at < MOTION ? by / Math.max(at - last.at, 1) : 0
      return !panned || Math.abs(by) > span(window) * STIRRED
    },
  }
}
