/** The gateways of the chosen site and their health. */
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import { cloud } from '@/api/cloud'
import type { Gateway } from '@/api/types'
import { useSession } from './session'
import { useSites } from './sites'

export const useGateways = defineStore('gateways', () => {
  const sites = useSites()
  const session = useSession()
  const items = shallowReactive(new Map<string, Gateway>())
  const loaded = ref(false)
  const list = computed(() => [...items.values()].sort((a, b) => a.id.localeCompare(b.id)))
  const online = computed(() => list.value.filter((gateway) => gateway.online).length)

  async function load(): Promise<void> {
    if (!sites.id || !session.may('gateway:read', sites.id)) return
    const site = sites.id
    const found = await cloud.gateways(site)
    if (site !== sites.id) return
    items.clear()
    found.forEach(take)
    loaded.value = true
  }

  function take(gateway: Gateway): void {
    items.set(gateway.id, gateway)
  }

  function clear(): void {
    items.clear()
    loaded.value = false
  }

  return { items, loaded, list, online, load, take, clear }
})
