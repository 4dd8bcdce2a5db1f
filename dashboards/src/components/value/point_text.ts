/** A point's live value as words: number with unit, state, or why there is none. */
import type { PointValue } from '@/api/types'
import { number, unit } from '@/format/number'
import { useTimes } from '@/format/times'
import { isKey, useLanguage } from '@/i18n/language'
import type { Live } from '@/stores/values'

/** Seconds that count from 1970 are a time of day to a person. */
function isClock(point: PointValue, value: number | null): boolean {
  return point.unit === 's' && point.kind === 'measurement' && (value ?? 0) > 1e9
}

export function usePointText() {
  const { t, named } = useLanguage()
  const times = useTimes()

  function reason(word: string): string {
    const key = `reason.${word}`
    if (isKey(key)) return t(key)
    const code = word.replace(/^\D+_/, '')
    return word.startsWith('exception') ? t('reason.exception', { code }) : t('reason.other', { code })
  }

  function value(point: PointValue, live: Live): string {
    if (live.value === null || live.quality === 'bad') return point.text ?? '—'
    if (isClock(point, live.value)) return times.moment(live.value * 1000)
    if (!point.states.length) return number(live.value, point.decimals)
    return named(point.states.find((state) => state.value === live.value)) || number(live.value, 0)
  }

  /** `设备无应答,自 08:15:02`; empty where the value is good. */
  function doubt(live: Live): string {
    if (live.quality === 'good') return ''
    const why = reason(live.reason)
    return live.at && live.reason !== 'gateway' ? `${why} · ${t('quality.since', { time: times.moment(live.at) })}` : why
  }

  return { value, doubt, reason, unit: (point: PointValue, live: Live) => (point.states.length || isClock(point, live.value) ? '' : unit(point.unit)) }
}
