import { expect, it } from 'vitest'
import type { Tick } from '@/api/types'
import { around, clusters, eventsOf } from './events'

const tick = (kind: 'alarm' | 'order', minute: number) => ({ kind, id: `${kind[0]}${minute}`, at: new Date(minute * 60_000).toISOString(), equipment: 'pump-1', name: { zh: '', en: '' }, priority: kind === 'alarm' ? 2 : null }) as unknown as Tick

it('stands by time; what is too near shares a mark; what is outside is left out', () => {
  const events = eventsOf([tick('alarm', 50), tick('alarm', 10), tick('alarm', 200), tick('order', 51)])
  const found = clusters(events, { from: 0, to: 100 * 60_000 }, 0.02)
  expect(found.map((each) => each.events.map((event) => event.id))).toEqual([['a10'], ['a50', 'o51']])
  expect(found[0]?.place).toBeCloseTo(0.1)
  expect(around(found[1] ?? { place: 0, events: [] })).toEqual({ from: 49 * 60_000, to: 52 * 60_000 })
})
