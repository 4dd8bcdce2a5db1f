/** All that can be found, from what the stores hold: only what this person may see is in them. */
import { computed } from 'vue'
import { useAlarmText } from '@/components/alarm/alarm_text'
import { translate, useLanguage, type BothLanguages } from '@/i18n/language'
import { useAlarms } from '@/stores/alarms'
import { useEquipment } from '@/stores/equipment'
import { useOrders } from '@/stores/orders'
import type { Entry } from '@/stores/search'
import { usePages } from './pages'

const both = (text: BothLanguages | null | undefined) => (text ? [text.zh, text.en] : [])

export function useSearchEntries() {
  const equipment = useEquipment()
  const alarms = useAlarms()
  const orders = useOrders()
  const text = useAlarmText()
  const pages = usePages()
  const { t, word, named } = useLanguage()

  const pageEntries = computed(() =>
    pages.value.map((page): Entry => {
      const key = `nav.${page.name}` as const
      return { kind: 'page', id: page.name, title: t(key), detail: '', to: page.path, words: [page.name, translate('zh', key), translate('en', key)] }
    }),
  )
  const equipmentEntries = computed(() =>
    equipment.present.map((each): Entry => ({
      kind: 'equipment', id: each.id, title: named(each.name), detail: each.id, to: `/equipment/${encodeURIComponent(each.id)}`,
      words: [each.id, ...both(each.name), ...both(each.type_name), word('system', each.system), each.model],
    })),
  )
  const pointEntries = computed(() =>
    [...equipment.points].flatMap(([id, points]) =>
      points.map((point): Entry => ({
        kind: 'point', id: point.id, title: named(point.name), detail: `${named(equipment.items.get(id)?.name)} · ${point.id}`,
        to: `/equipment/${encodeURIComponent(id)}?point=${encodeURIComponent(point.point)}#trend`, words: [point.id, ...both(point.name), ...both(equipment.items.get(id)?.name)],
      })),
    ),
  )
  const alarmEntries = computed(() =>
    alarms.list.map((alarm): Entry => ({
      kind: 'alarm', id: alarm.id, title: text.what(alarm), detail: `${text.state(alarm)} · ${text.place(alarm)}`, to: `/alarms/${encodeURIComponent(alarm.id)}`,
      words: [alarm.rule, alarm.equipment, ...both(alarm.name), ...both(alarm.equipment_name), text.place(alarm)],
    })),
  )
  const orderEntries = computed(() =>
    orders.list.map((order): Entry => ({
      kind: 'order', id: order.id, title: `#${order.number} ${named(order.title)}`, detail: word('order.state', order.state), to: `/work-orders?order=${encodeURIComponent(order.id)}`,
      words: [`#${order.number}`, String(order.number), ...both(order.title)],
    })),
  )
  return computed(() => [...pageEntries.value, ...alarmEntries.value, ...equipmentEntries.value, ...orderEntries.value, ...pointEntries.value])
}
