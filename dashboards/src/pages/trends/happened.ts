/** Alarms and orders of the charted equipment, read for a window and its surroundings. */
import { shallowRef, watch } from 'vue'
import { cloud } from '@/api/cloud'
import { useSession } from '@/stores/session'
import { eventsOf, type DeskEvent } from './events'
import { span, type Window } from './window'

interface Question {
  readonly site: string
  readonly equipment: readonly string[]
  readonly window: Window
}

/** More equipment than this on one desk: only the first have their alarms asked for. */
const MOST = 12
const REST = 250

export function useHappened(question: () => Question) {
  const session = useSession()
  const events = shallowRef<readonly DeskEvent[]>([])
  let read: { readonly key: string; readonly window: Window } | null = null
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function fetch({ site, equipment, window }: Question): Promise<void> {
    const mine = ++turn
    const whole = { from: window.from - span(window), to: window.to + span(window) }
    const asked = { site, from: new Date(whole.from).toISOString(), to: new Date(whole.to).toISOString() }
    const each = equipment.slice(0, MOST)
    const [alarms, orders] = await Promise.all([
      Promise.allSettled(session.may('alarm:read', site) ? each.map((id) => cloud.alarmsIn(id, asked)) : []),
      Promise.allSettled(session.may('order:read', site) ? each.map((id) => cloud.ordersIn(id, asked)) : []),
    ])
    if (mine !== turn) return
    read = { key: keyOf({ site, equipment, window }), window: whole }
    events.value = eventsOf(
      alarms.flatMap((found) => (found.status === 'fulfilled' ? found.value.items : [])),
      orders.flatMap((found) => (found.status === 'fulfilled' ? found.value.items : [])),
    )
  }

  watch(
    question,
    (now) => {
      const here = read && read.key === keyOf(now) && now.window.from >= read.window.from && now.window.to <= read.window.to && span(now.window) * 5 > span(read.window)
      if (!now.site || here) return
      clearTimeout(timer)
      timer = setTimeout(() => void fetch(now), REST)
    },
    { immediate: true },
  )
  return { events }
}

function keyOf({ site, equipment }: Question): string {
  return `${site} ${equipment.join(' ')}`
}
