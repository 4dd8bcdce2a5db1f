/** An alarm in words: what, where, who; names of the site, never ids where a name is known. */
import type { Alarm } from '@/api/types'
import { useLanguage } from '@/i18n/language'
import { isUnclosed } from '@/stores/alarm_order'
import { useAlarms } from '@/stores/alarms'
import { useEquipment } from '@/stores/equipment'
import { useNames } from '@/stores/names'
import { useSites } from '@/stores/sites'

export function useAlarmText() {
  const sites = useSites()
  const equipment = useEquipment()
  const alarms = useAlarms()
  const names = useNames()
  const { t, word, named, language } = useLanguage()

  const who = (alarm: Alarm) => named(alarm.equipment_name)

  /** What was said besides the alarm's name; '' where that is only the name again, with the id of what is named anyhow. */
  function said(alarm: Alarm): string {
    const says = named(alarm.says)
    const name = named(alarm.name)
    const again = [name, `${name}（${alarm.instance}）`, `${name} (${alarm.instance})`]
    return again.includes(says) ? '' : says
  }

  /** `1号给水泵 · 水泵空转(运行无流量)`; with what the device itself said, where it said something. */
  const what = (alarm: Alarm) => [who(alarm), named(alarm.name), said(alarm)].filter(Boolean).join(' · ')

  /** Of a lost line that serves several places: the first and how many. */
  function place(alarm: Alarm): string {
    if (alarm.place) return sites.placeName(alarm.place, language.value)
    const places = [...new Set(alarm.affects.map((id) => equipment.items.get(id)?.place ?? null))].filter((each) => each !== null)
    const first = sites.placeName(places[0] ?? null, language.value)
    return places.length > 1 ? t('alarm.places', { first, count: places.length }) : first || '—'
  }

  /** An alarm that suppresses another, named by `equipment.[instance.]rule`. */
  function cause(id: string): string {
    const found = alarms.list.find((alarm) => [alarm.equipment, alarm.instance, alarm.rule].filter(Boolean).join('.') === id)
    return found ? what(found) : id
  }

  /** What a step says besides its kind: words of the gateway are translated, words of people stay. */
  function course(detail: string): string {
    const [first = '', ...rest] = detail.split(': ')
    const said = word('alarm.course', first)
    if (!rest.length || said === first) return said === first ? detail : said
    const after = rest.join(': ')
    const translated = word('alarm.course', after)
    return `${said} · ${translated === after ? cause(after) : translated}`
  }

  return {
    what,
    said,
    who,
    place,
    cause,
    course,
    owner: (alarm: Alarm) => (alarm.response.assigned_to ? names.of(alarm.response.assigned_to) : undefined) ?? alarm.owners.map((post) => word('post', post)).join(' '),
    state: (alarm: Alarm) => (alarm.state === 'normal' && isUnclosed(alarm) ? t('alarm.state.unclosed') : word('alarm.state', alarm.state)),
    label: (alarm: Alarm) => [t(`priority.${alarm.priority}`), what(alarm)].join(' '),
  }
}
