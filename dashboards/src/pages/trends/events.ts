/** Alarms and orders of the charted equipment in a window, and how they stand on the strip without covering each other. */
import type { Priority, Tick } from '@/api/types'
import type { BothLanguages } from '@/i18n/language'
import type { Window } from './window'

export interface DeskEvent {
  readonly kind: 'alarm' | 'order'
  readonly id: string
  readonly at: number
  readonly equipment: string
  readonly name: BothLanguages
  readonly priority: Priority | null
}

/** Events that are too near to each other for a mark each. */
export interface Cluster {
  /** Share (0 … 1) of the strip's width. */
  readonly place: number
  readonly events: readonly DeskEvent[]
}

export function eventsOf(ticks: readonly Tick[]): DeskEvent[] {
  const events = ticks.map(({ kind, id, at, equipment, name, priority }): DeskEvent => ({ kind, id, at: Date.parse(at), equipment, name, priority: isPriority(priority) ? priority : null }))
  return events.sort((a, b) => a.at - b.at)
}

function isPriority(value: number | null): value is Priority {
  return value !== null && value >= 1 && value <= 4
}

export function inWindow(events: readonly DeskEvent[], window: Window): DeskEvent[] {
  return events.filter((event) => event.at >= window.from && event.at <= window.to)
}

/** `apart`: the least distance of two marks, as a share of the width. */
export function clusters(events: readonly DeskEvent[], window: Window, apart: number): Cluster[] {
  const found: { place: number; events: DeskEvent[] }[] = []
  for (const event of inWindow(events, window)) {
    const place = (event.at - window.from) / (window.to - window.from)
    const last = found.at(-1)
    if (last && place - last.place < apart) last.events.push(event)
    else found.push({ place, events: [event] })
  }
  return found
}

/** The stretch that shows each of a cluster's events apart. */
export function around(cluster: Cluster): Window {
  const first = cluster.events[0]?.at ?? 0
  const last = cluster.events.at(-1)?.at ?? first
  const room = Math.max((last - first) * 0.3, 60_000)
  return { from: first - room, to: last + room }
}
