/** Alarms and orders of the charted equipment, read for a window and its surroundings. */
import { shallowRef, watch } from 'vue'
import { cloud } from '@/api/cloud'
import { useSession } from '@/stores/session'
import { eventsOf, type DeskEvent } from './events'
import { span, type Window } from './window'

interface Question {
  readonly site: string
  readonly points: readonly string[]
  readonly window: Window
}

const REST = 250

export function useHappened(question: () => Question) {
  const session = useSession()
  const events = shallowRef<readonly DeskEvent[]>([])
  let read: { readonly key: string; readonly window: Window } | null = null
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  /** The curves stand without their ticks where these can't be read. */
  async function fetch(now: Question): Promise<void> {
    const mine = ++turn
    const { site, points, window } = now
    const whole = { from: window.from - span(window), to: window.to + span(window) }
    const found = await cloud.ticks({ site, from: new Date(whole.from).toISOString(), to: new Date(whole.to).toISOString() }, points).catch(() => null)
    if (mine !== turn || !found) return
    read = { key: keyOf(now), window: whole }
    events.value = eventsOf(found)
  }

  watch(
    question,
    (now) => {
      const here = read && read.key === keyOf(now) && now.window.from >= read.window.from && now.window.to <= read.window.to && span(now.window) * 5 > span(read.window)
      if (!now.site || here) return
      clearTimeout(timer)
      if (!now.points.length || !session.may('alarm:read', now.site)) {
        events.value = []
        return
      }
      timer = setTimeout(() => void fetch(now), REST)
    },
    { immediate: true },
  )
  return { events }
}

function keyOf({ site, points }: Question): string {
  return `${site} ${points.join(' ')}`
}
