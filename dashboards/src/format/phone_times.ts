/** Times on the telephone: in the order's own zone; what is left of a promise in two units. */
import type { BothLanguages } from '@/i18n/language'
import { usePhoneWords } from '@/i18n/phone'
import { moment } from './time'
import { usePhone } from '@/stores/phone/phone'
import type { HeldOrder } from '@/stores/phone/kinds'

const ZONE = 'Asia/Shanghai'

export interface Promised {
  readonly clock: string
  /** ms; negative: over. */
  readonly left: number
}

/** The promise that breaks next, or the one that broke last. */
export function promised(held: HeldOrder, now: number): Promised | null {
  const open = held.order.clocks.filter((clock) => clock.due_at && !clock.stopped_at)
  const next = open.map((clock) => ({ clock: clock.clock, left: Date.parse(clock.due_at ?? '') - now })).sort((a, b) => a.left - b.left)
  return next[0] ?? null
}

export function usePhoneTimes() {
  const phone = usePhone()
  const { t, language, named } = usePhoneWords()
  const length = (ms: number): string => {
    const minutes = Math.max(0, Math.floor(Math.abs(ms) / 60_000))
    if (minutes < 60) return t('time.minutes', { n: minutes })
    if (minutes < 1440) return t('time.hours', { h: Math.floor(minutes / 60), m: minutes % 60 })
    return t('time.days', { d: Math.floor(minutes / 1440), h: Math.floor((minutes % 1440) / 60) })
  }
  return {
    length,
    moment: (at: string | number, zone = ZONE) => moment(typeof at === 'number' ? at : Date.parse(at), phone.now, zone, language.value),
    where: (places: readonly BothLanguages[]) => places.map((place) => named(place)).join(' / '),
  }
}
