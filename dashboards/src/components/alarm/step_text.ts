/** What a step of an alarm's life says besides its name: the cloud's words translated, people's own left as they are. */
import type { Step } from '@/api/types'
import { useTimes } from '@/format/times'
import { useLanguage } from '@/i18n/language'
import { useNames } from '@/stores/names'
import { useAlarmText } from './alarm_text'

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z/

const PERMIT = /: (permit:[\w-]+: )?/

export function useStepText() {
  const { t, word } = useLanguage()
  const times = useTimes()
  const { course } = useAlarmText()
  const names = useNames()

  /** The first word of `real: smoke in the corridor`, translated. */
  function led(detail: string, translated: (first: string) => string): string {
    const [first = '', ...rest] = detail.split(': ')
    return [translated(first), rest.join(': ')].filter(Boolean).join(' · ')
  }

  return ({ kind, detail }: Step): string => {
    if (!detail) return ''
    if (kind === 'confirmed' || kind === 'false_proposed') return led(detail, (first) => word('alarm.outcome', first))
    if (kind === 'procedure') return led(detail, (first) => word('fire.step', first))
    if (kind === 'escalated') return t('alarm.escalation.level', { level: detail })
    if (kind === 'shelved') return detail.replace(MOMENT, (at) => t('alarm.shelved.until', { time: times.moment(at) })).replace(': ', ' · ')
    if (kind === 'out_of_service') return detail.replace(MOMENT, (at) => t('alarm.shelved.until', { time: times.moment(at) })).replace(PERMIT, (_, own) => ` · ${own ? `${t('alarm.by_permit')} · ` : ''}`)
    if (kind === 'unshelved') return word('alarm.unshelved', detail.replace(/\W+/g, '_'))
    if (kind === 'assigned') return names.of(detail)
    if (kind === 'commented' || kind === 'false_recorded' || kind === 'false_taken_back' || kind === 'reset_asked') return detail
    return course(detail)
  }
}
