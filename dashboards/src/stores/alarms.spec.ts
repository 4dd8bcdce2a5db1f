import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import type { Alarm } from '@/api/types'
import { useAlarms } from './alarms'

function alarm(id: string, changes: Partial<Alarm> = {}): Alarm {
  const usual = { id, equipment: 'pump-1', priority: 3, class: 'equipment', state: 'unacknowledged', detection: 'active', raised_at: '2026-11-20T08:00:00Z', updated_at: '2026-11-20T08:00:00Z' }
  return { ...usual, ...changes } as Alarm
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
