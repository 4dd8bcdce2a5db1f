import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it, vi } from 'vitest'
import type { Alarm, Session, Site } from '@/api/types'
import { placed } from './alarm_order'
import { useAlarms } from './alarms'
import { useSession } from './session'
import { useSites } from './sites'

function alarm(id: string, changes: Partial<Alarm> = {}): Alarm {
  const usual = { id, equipment: 'pump-1', priority: 3, class: 'equipment', state: 'unacknowledged', detection: 'active', raised_at: '2026-11-20T08:00:00Z', updated_at: '2026-11-20T08:00:00Z', response: { must_close: false, closed_at: null } }
  return { ...usual, ...changes } as unknown as Alarm
}

beforeEach(() => setActivePinia(createPinia()))

it('puts unacknowledged life safety first, the newest of it on top, the shelved last', () => {
  const alarms = useAlarms()
  const life = { class: 'life_safety', priority: 1 } as const
  alarms.take(alarm('shelved', { state: 'shelved', priority: 1 }))
  alarms.take(alarm('high', { priority: 2 }))
  alarms.take(alarm('seen fire', { ...life, state: 'latched_acknowledged', detection: 'latched' }))
  alarms.take(alarm('old fire', life))
  alarms.take(alarm('new fire', { ...life, raised_at: '2026-11-20T09:00:00Z' }))
  expect(alarms.list.map((each) => each.id)).toEqual(['new fire', 'old fire', 'seen fire', 'high', 'shelved'])
  expect(alarms.counts[0]).toEqual({ priority: 1, all: 3, unacknowledged: 2 })
})

it('puts fire before a trapped person before a panic call, however new they are', () => {
  const alarms = useAlarms()
  const life = { class: 'life_safety', priority: 1 } as const
  alarms.take(alarm('panic', { ...life, system: 'access', raised_at: '2026-11-20T11:00:00Z' }))
  alarms.take(alarm('trapped', { ...life, system: 'elevators', raised_at: '2026-11-20T10:00:00Z' }))
  alarms.take(alarm('fire', { ...life, system: 'fire' }))
  expect(alarms.unacknowledged.map((each) => each.id)).toEqual(['fire', 'trapped', 'panic'])
})

it('knows how well a fire says where it is', () => {
  const zones = (name: string) => name === 'z-low'
  const fire = (instance: string) => placed(alarm('fire', { class: 'life_safety', system: 'fire', instance }), zones)
  expect([fire('l1d003'), fire('z-low'), fire('')]).toEqual(['detector', 'zone', 'panel'])
  expect(placed(alarm('lift', { class: 'life_safety', system: 'elevators', instance: '' }), zones)).toBe('detector')
})

it('never says that there are none where it may not or has not looked', () => {
  const alarms = useAlarms()
  expect(alarms.sight).toBe('unread')
  useSites().list = [{ id: 'garden' } as Site]
  useSession().current = { permissions: { garden: ['equipment:read'] } } as unknown as Session
  alarms.loaded = true
  expect(alarms.sight).toBe('hidden')
  useSession().current = { permissions: { garden: ['alarm:read'] } } as unknown as Session
  expect(alarms.sight).toBe('seen')
})

it('never goes back to an older state that arrives late', () => {
  const alarms = useAlarms()
  alarms.take(alarm('a', { state: 'acknowledged', updated_at: '2026-11-20T08:01:00Z' }))
  alarms.take(alarm('a'))
  expect(alarms.items.get('a')?.state).toBe('acknowledged')
})

it('drops what is over, and keeps the returned one in the list but not at its equipment', () => {
  const alarms = useAlarms()
  alarms.take(alarm('over'))
  alarms.take(alarm('over', { state: 'normal', detection: 'cleared' }))
  alarms.take(alarm('returned', { state: 'rtn_unacknowledged', detection: 'cleared' }))
  expect(alarms.unacknowledged.map((each) => each.id)).toEqual(['returned'])
  expect(alarms.byEquipment.get('pump-1')).toBeUndefined()
})

it('keeps a fire that is over until people have closed it', () => {
  const alarms = useAlarms()
  const over = { class: 'life_safety', system: 'fire', state: 'normal', detection: 'cleared' } as const
  alarms.take(alarm('fire', { ...over, response: { must_close: true, closed_at: null } as Alarm['response'] }))
  expect(alarms.list.map((each) => each.id)).toEqual(['fire'])
  alarms.take(alarm('fire', { ...over, response: { must_close: true, closed_at: '2026-11-20T09:00:00Z' } as Alarm['response'] }))
  expect(alarms.list).toEqual([])
})

it('takes a flood of the stream together, and the newest of each', async () => {
  const alarms = useAlarms()
  for (let i = 0; i < 5000; i++) alarms.hear(alarm(`a${i % 2500}`, { updated_at: `2026-11-20T08:00:0${i < 2500 ? 0 : 1}Z`, state: i < 2500 ? 'unacknowledged' : 'acknowledged' }))
  expect(alarms.items.size).toBe(0)
  await vi.waitFor(() => expect(alarms.items.size).toBe(2500))
  expect(alarms.unacknowledged).toEqual([])
})
