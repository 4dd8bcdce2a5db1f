/** What components use for times: the screen's clock, the site's zone and language in one place. */
import { useLanguage } from '@/i18n/language'
import { useClock } from '@/stores/clock'
import { useSites } from '@/stores/sites'
import { age, clockTime, duration, full, moment } from './time'

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
  }
}
