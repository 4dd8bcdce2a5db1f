/** What components use for times: the screen's clock, the site's zone and language in one place. */
import { useLanguage } from '@/i18n/language'
import { useClock } from '@/stores/clock'
import { useSites } from '@/stores/sites'
import { left, span } from './left'
import { age, clockTime, day, duration, full, moment } from './time'

type Time = string | number | null | undefined

function milliseconds(time: Time): number | null {
  if (time === null || time === undefined || time === 0) return null
  return typeof time === 'number' ? time : Date.parse(time)
}

export function useTimes() {
  const clock = useClock()
  const sites = useSites()
  const { language, t } = useLanguage()
  const shown = (time: Time, show: (at: number) => string) => {
    const at = milliseconds(time)
    return at === null ? '—' : show(at)
  }
  return {
    age: (time: Time) => shown(time, (at) => age(clock.now - at, t)),
    moment: (time: Time) => shown(time, (at) => moment(at, clock.now, sites.zone, language.value)),
    full: (time: Time) => shown(time, (at) => full(at, sites.zone, language.value)),
    clock: (time: Time) => shown(time, (at) => clockTime(at, sites.zone, language.value)),
    length: (span: number) => age(span, t),
    duration: (seconds: number) => duration(seconds, t),
    /** The local day, `2026-11-21`. */
    day: (time: Time) => shown(time, (at) => day(at, sites.zone)),
    /** What is left until a time, or how long it is over; null where there is no time. */
    left: (time: Time) => {
      const at = milliseconds(time)
      return at === null ? null : left((at - clock.now) / 1000, (n) => t('age.days', { n }))
    },
    /** A length to the second. */
    span: (seconds: number) => span(seconds, (n) => t('age.days', { n })),
    /** Seconds since a time, by the server's clock. */
    since: (time: Time) => (clock.now - (milliseconds(time) ?? clock.now)) / 1000,
  }
}
