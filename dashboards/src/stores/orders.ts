/** The work orders of the chosen site, the newest first. */
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import { cloud } from '@/api/cloud'
import type { WorkOrder } from '@/api/types'
import type { Sight } from './alarm_order'
import { useSession } from './session'
import { useSites } from './sites'

export const useOrders = defineStore('orders', () => {
  const sites = useSites()
  const items = shallowReactive(new Map<string, WorkOrder>())
  const loaded = ref(false)
  const session = useSession()
  const sight = computed<Sight>(() => {
    if (sites.id && !may()) return 'hidden'
    return loaded.value ? 'seen' : 'unread'
  })
  /** Who reads but the assigned ones (a contractor) gets those, and hears of no others. */
  const may = () => session.may('order:read_assigned', sites.id)
  const list = computed(() => [...items.values()].sort((a, b) => b.reported_at.localeCompare(a.reported_at) || b.number - a.number))
  const open = computed(() => list.value.filter((order) => order.open))
  const openByEquipment = computed(() => Map.groupBy(open.value, (order) => order.equipment ?? ''))

  async function load(): Promise<void> {
    if (!sites.id || !may()) return
    const site = sites.id
    const [ended, unfinished] = await Promise.all([cloud.orders(site), cloud.orders(site, true)])
    if (site !== sites.id) return
    for (const order of [...ended.items, ...unfinished.items]) take(order)
    loaded.value = true
  }

  function take(order: WorkOrder): void {
    const before = items.get(order.id)
    if (!before || Date.parse(before.updated_at) <= Date.parse(order.updated_at)) items.set(order.id, order)
  }

  function clear(): void {
    items.clear()
    loaded.value = false
  }

  return { items, loaded, sight, list, open, openByEquipment, load, take, clear }
})
