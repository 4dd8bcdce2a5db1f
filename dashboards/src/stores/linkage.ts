/** The linkage checklists of the chosen site, as the stream brings them. */
import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import { cloud } from '@/api/cloud'
import type { Alarm, Linkage } from '@/api/types'
import { useSession } from './session'
import { useSites } from './sites'

/** A checklist opens with its first fire; the edge's and the alarm's times may differ by this, ms. */
const SLACK = 5000

export const useLinkage = defineStore('linkage', () => {
  const sites = useSites()
  const session = useSession()
  const items = shallowReactive(new Map<string, Linkage>())
  const newestFirst = computed(() => [...items.values()].sort((a, b) => b.opened_at.localeCompare(a.opened_at)))
  const drill = computed(() => newestFirst.value.some((each) => each.drill && each.state !== 'closed'))

  async function load(): Promise<void> {
    if (!sites.id || !session.may('alarm:read', sites.id)) return
    const site = sites.id
    const found = await cloud.linkage(site)
    if (site === sites.id) found.forEach(take)
  }

  function take(each: Linkage): void {
    items.set(each.id, each)
  }

  /** The one of the fire's zone that was open when the fire came. */
  function of(alarm: Alarm): Linkage | undefined {
    const zone = sites.zoneOf(alarm.place)
    const raised = Date.parse(alarm.last_raised_at)
    return newestFirst.value.find(
      (each) => each.zone === zone && Date.parse(each.opened_at) <= raised + SLACK && (!each.closed_at || Date.parse(each.closed_at) >= raised),
    )
  }

  function clear(): void {
    items.clear()
  }

  return { items, drill, load, take, of, clear }
})
