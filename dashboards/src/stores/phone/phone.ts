/** What the telephone holds: the person's orders, what waits to be sent, and whether there is a network. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, toRaw } from 'vue'
import { newKey } from '@/api/client'
import { asProblem } from '@/api/problem'
import { useSession } from '../session'
import { keepOffset, offset } from './clock'
import { DiskShelf } from './database'
import { deliver } from './delivery'
import { expected } from './expected'
import { confirm } from './person'
import type { Deed, HeldOrder, NewQueued, Queued, QueuedPhoto } from './kinds'
import { cloudSends, myOrders } from './sending'

/** ms between two tries while something waits, and between two looks for new orders. */
const TRY = 8000
const LOOK = 45_000

const shelf = new DiskShelf()

export const usePhone = defineStore('phone', () => {
  const session = useSession()
  const orders = shallowRef<readonly HeldOrder[]>([])
  const readAt = ref(0)
  const loaded = ref(false)
  const all = shallowRef<readonly Queued[]>([])
  /** Taken by the cloud, and not seen in the orders yet: a step must not seem undone between. */
  const delivered = shallowRef<readonly Queued[]>([])
  const away = ref(!navigator.onLine)
  const sending = ref(false)
  const now = ref(Date.now() + offset())
  const user = computed(() => session.name)
  const queue = computed(() => all.value.filter((item) => item.user === user.value))
  const undecided = computed(() => queue.value.filter((item) => item.state !== 'waiting'))
  /** Whose else what waits is: name → how much. */
  const others = computed(() => [...Map.groupBy(all.value.filter((item) => item.user !== user.value), (item) => item.user)].map(([name, items]) => ({ name, count: items.length })))
  const list = computed(() => orders.value.map((held) => ({ held, expected: expected(held, queue.value, delivered.value) })))

  async function recall(): Promise<void> {
    all.value = await shelf.queued()
    const held = await shelf.held(user.value)
    if (held.at > readAt.value) [orders.value, readAt.value] = [held.orders, held.at]
  }

  /** The cloud is asked while the shelf is read; what waits is known before the orders show. */
  async function begin(): Promise<void> {
    const asked = myOrders()
    asked.catch(() => undefined)
    await recall()
    await look(asked)
  }

  async function look(asked?: Promise<readonly HeldOrder[]>): Promise<void> {
    const before = delivered.value
    try {
      const found = await (asked ?? myOrders())
      orders.value = found
      delivered.value = delivered.value.filter((item) => !before.includes(item))
      readAt.value = Date.now() + offset()
      away.value = false
      keepOffset()
      await shelf.hold(user.value, found, readAt.value)
    } catch (error) {
      noted(error)
    } finally {
      loaded.value = true
    }
  }

  /** Send what waits, then see what became of it. One page at a time, where several are open. */
  async function send(): Promise<void> {
    const who = user.value
    if (!who || sending.value) return
    if (all.value.every((item) => item.user !== who || item.state !== 'waiting')) return
    sending.value = true
    try {
      if (!(await confirm(who))) {
        away.value ||= !session.checked
        return
      }
      const work = () => deliver(shelf, cloudSends, who, (done) => void noticed(done))
      const ended = navigator.locks ? await navigator.locks.request('gatehouse-phone', work) : await work()
      away.value = ended === 'away'
      if (ended === 'done') keepOffset()
      if (ended === 'ended') session.current = null
    } finally {
      sending.value = false
      await refreshQueue()
    }
    await look()
  }

  async function noticed(done: readonly Queued[]): Promise<void> {
    delivered.value = [...delivered.value, ...done]
    await refreshQueue()
  }

  async function refreshQueue(): Promise<void> {
    all.value = await shelf.queued()
  }

  function noted(error: unknown): void {
    const problem = asProblem(error)
    if (problem.status <= 0 || problem.status >= 500) away.value = true
  }

  async function put(held: HeldOrder, what: { readonly kind: 'action'; readonly does: Deed } | { readonly kind: 'photo'; readonly photo: QueuedPhoto }): Promise<void> {
    const item = {
      ...what, user: user.value, key: newKey(), order: held.order.id, orderNumber: held.order.number,
      at: Date.now(), offset: offset(), state: 'waiting', detail: '',
    } as NewQueued
    await shelf.add(item)
    void navigator.storage?.persist?.()
    await refreshQueue()
    void send()
  }

  const act = (held: HeldOrder, does: Deed) => put(held, { kind: 'action', does: plain(does) })
  const photograph = (held: HeldOrder, photo: QueuedPhoto) => put(held, { kind: 'photo', photo })

  /** The same once more, as it was at its time; or as something else, where the person says so. */
  async function again(item: Queued, does?: Deed): Promise<void> {
    const anew = { ...toRaw(item), key: newKey(), state: 'waiting', detail: '' } as Queued
    delete (anew as { present?: unknown }).present
    await shelf.put(does && anew.kind === 'action' ? { ...anew, does: plain(does) } : anew)
    await refreshQueue()
    void send()
  }

  async function drop(item: Queued): Promise<void> {
    await shelf.remove(item.number)
    await refreshQueue()
    void send()
    void look()
  }

  /** What was seen goes with the person; what waits stays. */
  async function leave(): Promise<void> {
    orders.value = []
    delivered.value = []
    readAt.value = 0
    loaded.value = false
    await shelf.forget()
  }

  function tryAll(): void {
    if (!user.value) return
    void send()
    void look()
  }

  /** Until the returned function is called. */
  function run(): () => void {
    const tick = setInterval(() => (now.value = Date.now() + offset()), 1000)
    const tries = setInterval(() => void send(), TRY)
    const looks = setInterval(() => document.visibilityState === 'visible' && user.value && void look(), LOOK)
    const wake = () => document.visibilityState === 'visible' && tryAll()
    const gone = () => (away.value = true)
    addEventListener('online', tryAll)
    addEventListener('offline', gone)
    document.addEventListener('visibilitychange', wake)
    return () => {
      for (const each of [tick, tries, looks]) clearInterval(each)
      removeEventListener('online', tryAll)
      removeEventListener('offline', gone)
      document.removeEventListener('visibilitychange', wake)
    }
  }

  return { orders, list, readAt, loaded, queue, undecided, others, away, sending, now, recall, begin, look, send, act, photograph, again, drop, leave, run }
})

/** Without Vue's wrappers, which IndexedDB can't copy. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
