/** Times as people read them: in the site's zone, ages in one unit. */
import type { Key, Language, Parameters } from '@/i18n/language'

type Translate = (key: Key, parameters?: Parameters) => string
const LOCALES = { zh: 'zh-CN', en: 'en-GB' } as const
const formats = new Map<string, Intl.DateTimeFormat>()

function format(language: Language, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${zone} ${JSON.stringify(options)}`
  let found = formats.get(key)
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(LOCALES[language], { timeZone: zone, hourCycle: 'h23', ...options })))
  return found
}

/** `08:15:02` in the site's zone. */
export function clockTime(at: number, zone: string, language: Language): string {
  return format(language, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at)
}

/** `2026-11-21` in the site's zone. */
export function day(at: number, zone: string): string {
  const parts = format('en', zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at)
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}

/** The time alone for today, with the month and day before it for any other day. */
export function moment(at: number, now: number, zone: string, language: Language): string {
  const time = clockTime(at, zone, language)
  const date = day(at, zone)
  if (date === day(now, zone)) return time
  return `${date.slice(0, 4) === day(now, zone).slice(0, 4) ? date.slice(5) : date} ${time}`
}

/** `2026-11-21 08:15:02` in the site's zone: for exports and titles. */
export function full(at: number, zone: string, language: Language): string {
  return `${day(at, zone)} ${clockTime(at, zone, language)}`
}

/** How long ago, in its largest unit; never negative. */
export function age(milliseconds: number, t: Translate): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 1) return t('age.now')
  if (seconds < 60) return t('age.seconds', { n: seconds })
  if (seconds < 3600) return t('age.minutes', { n: Math.floor(seconds / 60) })
  if (seconds < 86_400) return t('age.hours', { n: Math.floor(seconds / 3600) })
  return t('age.days', { n: Math.floor(seconds / 86_400) })
}

/** A length of time that a rule names: `10 s`, `5 min`. */
export function duration(seconds: number, t: Translate): string {
  if (seconds >= 86_400 && seconds % 86_400 === 0) return t('age.days', { n: seconds / 86_400 })
  if (seconds >= 3600 && seconds % 3600 === 0) return t('age.hours', { n: seconds / 3600 })
  if (seconds >= 60 && seconds % 60 === 0) return t('age.minutes', { n: seconds / 60 })
  return t('age.seconds', { n: seconds })
}

/** Where the last `days` local days begin, ms, the oldest first; the last is today. Days may have 23 or 25 hours. */
export function localMidnights(now: number, days: number, zone: string): number[] {
  const found: number[] = []
  let at = midnight(now, zone)
  for (let i = 0; i < days; i++) {
    found.unshift(at)
    at = midnight(at - 1, zone)
  }
  return found
}

/** The begin of the local day of a moment: where its date first shows, looked for by halves. */
function midnight(at: number, zone: string): number {
  const today = day(at, zone)
  let before = at - 26 * 3_600_000
  let within = at
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2)
    if (day(middle, zone) === today) within = middle
    else before = middle
  }
  return within
}
