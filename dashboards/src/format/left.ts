/** How much of a promise is left, to the second: `24:59`, `3:02:10`, `2 d 03:00`; what is over counts up. */

const two = (n: number) => String(n).padStart(2, '0')

export interface Left {
  readonly over: boolean
  readonly text: string
}

/** `seconds` may be below 0: over. `days` writes a count of days. */
export function left(seconds: number, days: (n: number) => string): Left {
  const over = seconds < 0
  return { over, text: span(Math.abs(over ? Math.floor(seconds) : Math.ceil(seconds)), days) }
}

/** A length of time to the second. */
export function span(seconds: number, days: (n: number) => string): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [d, h, m, s] = [Math.floor(whole / 86_400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60]
  if (d) return `${days(d)} ${two(h)}:${two(m)}`
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}
