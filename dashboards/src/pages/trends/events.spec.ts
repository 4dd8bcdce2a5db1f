import { expect, it } from 'vitest'
import type { Alarm, WorkOrder } from '@/api/types'
import { around, clusters, eventsOf } from './events'

const at = (minute: number) => new Date(minute * 60_000).toISOString()
const alarm = (minute: number) => ({ id: `a${minute}`, raised_at: at(minute), equipment: 'pump-1', name: { zh: '', en: '' }, priority: 2 }) as unknown as Alarm
const order = (minute: number) => ({ id: `o${minute}`, number: 7, reported_at: at(minute), equipment: null, title: { zh: '', en: '' } }) as unknown as WorkOrder

it('stands by time; what is too near shares a mark; what is outside is left out', () => {
  const events = eventsOf([alarm(50), alarm(10), alarm(200)], [order(51)])
  const found = clusters(events, { from: 0, to: 100 * 60_000 }, 0.02)
  expect(found.map((each) => each.events.map((event) => event.id))).toEqual([['a10'], ['a50', 'o51']])
  expect(found[0]?.place).toBeCloseTo(0.1)
  expect(around(found[1] ?? { place: 0, events: [] })).toEqual({ from: 49 * 60_000, to: 52 * 60_000 })
})
