/** The alarms that somebody must still look at, in the order in which to look. */
import { defineStore } from 'pinia'
import { computed, nextTick, ref, shallowReactive } from 'vue'
import { serverNow } from '@/api/client'
import { cloud } from '@/api/cloud'
import type { Alarm, Equipment, NotAnswered, Priority } from '@/api/types'
import type { Answer } from '@/api/answer'
import { isAnnounced, isStanding, isUnacknowledged, isUnclosed, mostUrgentFirst, type Sight } from './alarm_order'
import { lossOf } from './outage'
import { useSession } from './session'
import { useSites } from './sites'

export interface Count {
  readonly priority: Priority
  readonly all: number
  readonly unacknowledged: number
}

/** Drawing what came takes at most a third of the time, and nothing waits longer than this, ms. */
const SHARE = 2
const LONGEST_WAIT = 300
const PRIORITIES: readonly Priority[] = [1, 2, 3, 4]

export const useAlarms = defineStore('alarms', () => {
  const sites = useSites()
  const items = shallowReactive(new Map<string, Alarm>())
  const loaded = ref(false)
  const session = useSession()
  const sight = computed<Sight>(() => {
    if (sites.id && !session.may('alarm:read', sites.id)) return 'hidden'
    return loaded.value ? 'seen' : 'unread'
  })
  const list = computed(() => [...items.values()].sort(mostUrgentFirst))
  const announced = computed(() => list.value.filter(isAnnounced))
  const unacknowledged = computed(() => announced.value.filter(isUnacknowledged))
  const counts = computed<Count[]>(() =>
    PRIORITIES.map((priority) => ({
      priority,
      all: announced.value.filter((alarm) => alarm.priority === priority).length,
      unacknowledged: unacknowledged.value.filter((alarm) => alarm.priority === priority).length,
    })),
  )
  const standing = computed(() => list.value.filter(isStanding))
  const losses = computed(() => standing.value.filter((alarm) => alarm.class === 'communication'))
  const byEquipment = computed(() => Map.groupBy(standing.value, (alarm) => alarm.equipment))

  /** The communication alarm that explains why nothing of an equipment is known. */
  function loss(of: Equipment): Alarm | undefined {
    return lossOf(of, losses.value)
  }

  function isOver(alarm: Alarm): boolean {
    return alarm.state === 'normal' && !isUnclosed(alarm)
  }

  /** When what ended while a list was on its way did so: the list, which is older, does not bring it back. */
  const ended = new Map<string, number>()
  let reading = 0

  async function load(): Promise<void> {
    const site = sites.id
    if (!site || !session.may('alarm:read', site)) return
    const asked = serverNow()
    reading++
    try {
      const found = (await Promise.all([cloud.openAlarms(site), cloud.unclosedAlarms(site)])).flat()
      if (site !== sites.id) return
      const ids = new Set(found.map((alarm) => alarm.id))
      for (const [id, alarm] of items) if (!ids.has(id) && Date.parse(alarm.updated_at) < asked) items.delete(id)
      found.forEach(take)
      loaded.value = true
    } finally {
      if (--reading === 0) ended.clear()
    }
  }

  /** From the stream or an answer; an older state never replaces a newer one. */
  function take(alarm: Alarm): void {
    const before = items.get(alarm.id)
    const at = Date.parse(alarm.updated_at)
    if ((before && Date.parse(before.updated_at) > at) || (ended.get(alarm.id) ?? 0) > at) return
    if (isOver(alarm)) {
      items.delete(alarm.id)
      if (reading) ended.set(alarm.id, at)
    } else items.set(alarm.id, alarm)
  }

  let arrived: Alarm[] = []
  let due: ReturnType<typeof setTimeout> | undefined
  let cost = 0

  /** From the stream: at once; in a flood together with those that come meanwhile, so that drawing leaves time for reading. */
  function hear(alarm: Alarm): void {
    arrived.push(alarm)
    due ??= setTimeout(() => void takeArrived(), Math.min(LONGEST_WAIT, cost * SHARE))
  }

  async function takeArrived(): Promise<void> {
    const began = performance.now()
    const all = arrived
    arrived = []
    due = undefined
    all.forEach(take)
    await nextTick()
    cost = performance.now() - began
  }

  async function answer(alarm: Alarm, said: Answer): Promise<void> {
    take(await cloud.answer(alarm.id, said))
  }

  /** To each of them that can be silenced; the others, and why. */
  async function silence(ids: readonly string[]): Promise<readonly NotAnswered[]> {
    const { items: done, refused } = await cloud.silence(ids)
    for (const alarm of done) take(alarm)
    return refused
  }

  function clear(): void {
    arrived = []
    items.clear()
    loaded.value = false
  }

  return { items, loaded, sight, list, announced, standing, unacknowledged, counts, byEquipment, loss, load, take, hear, answer, silence, clear }
})
