/** Who knew the outdoor temperature, in words: the cloud names stations by their ids, and `sent`. */
import type { Key } from '@/i18n/language'

export function sourceWords(source: string, t: (key: Key) => string, nameOf: (id: string) => string = (id) => id): string {
  return source.split(', ').filter(Boolean).map((each) => (each === 'sent' ? t('energy.weather.sent') : nameOf(each))).join(t('setup.and'))
}
