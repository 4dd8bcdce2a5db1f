/** The one stream into the stores, and whether the screen can be believed. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { hearClock, serverNow } from '@/api/client'
import type { Alarm, Equipment, Gateway, Linkage, Values, WorkOrder } from '@/api/types'
import { link, type Link } from '@/stream/link'
import type { Name, News } from '@/stream/messages'
import { useAlarms } from './alarms'
import { useEquipment } from './equipment'
import { useGateways } from './gateways'
import { useLinkage } from './linkage'
import { useOrders } from './orders'
import { useSession } from './session'
import { useSites } from './sites'
import { useToasts } from './toasts'
import { useValues } from './values'

/** After so long without a word the whole page says that it is stale. */
const STALE_AFTER = 5000

export const useStream = defineStore('stream', () => {
  const session = useSession()
  const sites = useSites()
  const alarms = useAlarms()
  const equipment = useEquipment()
  const orders = useOrders()
  const gateways = useGateways()
  const linkage = useLinkage()
  const values = useValues()
  const toasts = useToasts()
  const heard = ref(0)
  const now = ref(Date.now())
  const connected = ref(false)
  const watching = ref(false)
  const silence = computed(() => now.value - heard.value)
  const stale = computed(() => watching.value && silence.value > STALE_AFTER)
  let line: Link | null = null
  /** Whether the lists were asked for since the start. */
  let asked = false
  let timer: ReturnType<typeof setInterval> | undefined

  function hear(): void {
    heard.value = Date.now()
    now.value = Math.max(now.value, heard.value)
  }

  const ours = (item: { readonly site: string }) => item.site === sites.id
  const take: Record<Name, (data: unknown) => void> = {
    alarm: (data) => ours(data as Alarm) && alarms.hear(data as Alarm),
    work_order: (data) => ours(data as WorkOrder) && orders.take(data as WorkOrder),
    equipment: (data) => ours(data as Equipment) && equipment.take(data as Equipment),
    gateway: (data) => ours(data as Gateway) && gateways.take(data as Gateway),
    linkage: (data) => ours(data as Linkage) && linkage.take(data as Linkage),
    values: (data) => ours(data as Values) && values.take(data as Values),
    heartbeat: (data) => {
      const at = (data as { at?: string } | null)?.at
      if (at) hearClock(Date.parse(at))
    },
    reset: () => void loadAll().catch(toasts.failed),
  }

  /** Everything that the frame and the overview need; also after a break, for what was missed. */
  async function loadAll(): Promise<void> {
    if (!sites.list.length) await sites.load()
    if (!sites.id) return
    await settle([loadLists(), equipment.load(), equipment.loadKeyPoints()])
  }

  async function loadLists(): Promise<void> {
    asked = true
    await settle([alarms.load(), orders.load(), gateways.load(), linkage.load()])
  }

  async function settle(work: readonly Promise<void>[]): Promise<void> {
    const results = await Promise.allSettled(work)
    for (const result of results) if (result.status === 'rejected') toasts.failed(result.reason)
  }

  function onNews(news: News): void {
    if (news.kind === 'event') {
      hear()
      take[news.name](JSON.parse(news.data))
    } else if (news.kind === 'opened') {
      hear()
      connected.value = true
      // What happened between the lists' answer and the opening is in neither of them.
      if (news.again || asked) void loadLists()
    } else {
      connected.value = false
      if (news.refused) void session.check().catch(() => undefined)
    }
  }

  function start(): void {
    if (watching.value) return
    watching.value = true
    hear()
    timer = setInterval(() => {
      now.value = Date.now()
      values.sweep()
    }, 1000)
    line ??= link(onNews)
    line.send({ kind: 'open' })
    void loadAll().catch(toasts.failed)
  }

  function stop(): void {
    watching.value = false
    connected.value = false
    asked = false
    clearInterval(timer)
    line?.send({ kind: 'close' })
    for (const store of [alarms, orders, gateways, linkage, equipment, values]) store.clear()
    sites.list = []
  }

  async function changeSite(site: string): Promise<void> {
    for (const store of [alarms, orders, gateways, linkage, equipment, values]) store.clear()
    sites.choose(site)
    await loadAll().catch(toasts.failed)
  }

  return { connected, stale, silence, watching, heard: computed(() => heard.value + serverNow() - Date.now()), start, stop, changeSite, loadAll }
})
