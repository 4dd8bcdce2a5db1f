/** An alarm in words: what, where, who. */
import type { Alarm } from '@/api/types'
import { useLanguage } from '@/i18n/language'
import { useSites } from '@/stores/sites'

export function useAlarmText() {
  const sites = useSites()
  const { t, word, named, language } = useLanguage()

  /** `1号给水泵 水泵空转(运行无流量)`; with what the device itself said, where it said something. */
  function what(alarm: Alarm): string {
    const says = named(alarm.says)
    const who = [named(alarm.equipment_name), alarm.instance].filter(Boolean).join(' ')
    return [who, named(alarm.name), says && says !== named(alarm.name) ? says : ''].filter(Boolean).join(' · ')
  }

  return {
    what,
    place: (alarm: Alarm) => sites.placeName(alarm.place, language.value) || '—',
    owner: (alarm: Alarm) => alarm.response.assigned_to ?? alarm.owners.map((post) => word('post', post)).join(' '),
    state: (alarm: Alarm) => word('alarm.state', alarm.state),
    label: (alarm: Alarm) => [t(`priority.${alarm.priority}`), what(alarm)].join(' '),
  }
}
