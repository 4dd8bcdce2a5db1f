/** A message of the cloud as this screen says it: one language, and times in the site's zone. */
import { useLanguage } from '@/i18n/language'
import { bothHalves } from './both_halves'
import { useTimes } from './times'

const MOMENT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/g

export function useSaid() {
  const { language } = useLanguage()
  const times = useTimes()
  return (message: string) => bothHalves(message, language.value).replace(MOMENT, (moment) => times.moment(moment))
}
