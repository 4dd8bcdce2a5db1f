import { expect, it } from 'vitest'
import type { Alarm } from '@/api/types'
import { marksOf } from './marks'

const fire = (id: string, instance: string, place: string) =>
  ({ id, instance, place, equipment: 'fire-panel', class: 'life_safety', system: 'fire', state: 'unacknowledged', detection: 'active', priority: 1, raised_at: '2026-11-20T08:00:00Z' }) as Alarm
const at = new Map([['room', 'f1'], ['corridor', 'f3'], ['low', 'tower']])
const drawn = (...alarms: Alarm[]) => Object.fromEntries([...marksOf(at, alarms, [], new Set())].map(([floor, { alarms: own }]) => [floor, own.map((each) => each.id)]))

it('draws a fire where its detector is, not at the panel that tells of it', () => {
  expect(drawn(fire('panel', '', 'room'), fire('smoke', 'l1d003', 'corridor'), fire('both', 'z-low', 'low'))).toEqual({ f3: ['smoke'], tower: ['both'] })
  expect(drawn(fire('panel', '', 'room'))).toEqual({ f1: ['panel'] })
  expect(drawn(fire('panel', '', 'room'), { ...fire('trip', '', 'room'), class: 'equipment' }, fire('smoke', 'l1d003', 'corridor')).f1).toEqual(['trip'])
})
