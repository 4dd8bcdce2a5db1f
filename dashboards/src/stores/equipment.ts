/** The equipment of the chosen site, and what each point means. */
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import { cloud } from '@/api/cloud'
import type { Equipment, EquipmentDetail, PointValue } from '@/api/types'
import { useSites } from './sites'
import { useValues } from './values'

export const useEquipment = defineStore('equipment', () => {
  const sites = useSites()
  const values = useValues()
  const items = shallowReactive(new Map<string, Equipment>())
  const points = shallowReactive(new Map<string, readonly PointValue[]>())
  const whole = new Set<string>()
  const details = shallowReactive(new Map<string, EquipmentDetail>())
  const loaded = ref(false)
  const present = computed(() => [...items.values()].filter((each) => !each.removed))

  async function load(): Promise<void> {
    const site = sites.id
    const found = await cloud.equipment(site)
    if (site !== sites.id) return
    items.clear()
    for (const each of found) items.set(each.id, each)
    loaded.value = true
  }

  /** All points of one equipment. */
  async function loadPoints(id: string): Promise<void> {
    const site = sites.id
    const found = await cloud.points(site, id)
    if (site !== sites.id) return
    values.seed(found)
    points.set(id, found)
    whole.add(id)
  }

  /** All points of several, each asked for once. */
  async function ensurePoints(ids: readonly string[]): Promise<void> {
    await Promise.allSettled(ids.filter((id) => !whole.has(id)).map(loadPoints))
  }

  /** The key points of everything, in one answer. */
  async function loadKeyPoints(): Promise<void> {
    const site = sites.id
    const found = await cloud.keyPoints(site)
    if (site !== sites.id) return
    values.seed(found)
    for (const [id, own] of Map.groupBy(found, (point) => point.equipment)) if (!whole.has(id)) points.set(id, own)
  }

  async function loadDetail(id: string): Promise<void> {
    const site = sites.id
    const found = await cloud.oneEquipment(site, id)
    if (site === sites.id) details.set(id, found)
  }

  /** From the stream: it changed, so what we knew of its points and rules is old. */
  function take(changed: Equipment): void {
    items.set(changed.id, changed)
    if (details.has(changed.id)) void loadDetail(changed.id).catch(() => undefined)
    if (!changed.removed) void loadPoints(changed.id).catch(() => undefined)
  }

  function clear(): void {
    items.clear()
    points.clear()
    whole.clear()
    details.clear()
    loaded.value = false
  }

  return { items, points, details, present, loaded, load, loadPoints, ensurePoints, loadKeyPoints, loadDetail, take, clear }
})
