import { expect, it } from 'vitest'
import type { AlarmLoad } from '@/api/types'
import { figuresOf, mixOf } from './load'

const load = (changes: Partial<AlarmLoad>) =>
  ({ raises: 100, per_ten_minutes: 1, most_in_ten_minutes: 2, flood_share: 0, stale: 0, chattering: [], top_share: 0, priorities: {}, ...changes }) as AlarmLoad
const verdicts = (changes: Partial<AlarmLoad>) => Object.fromEntries(figuresOf(load(changes)).map(({ name, verdict }) => [name, verdict]))

it('holds each figure to its band of ISA-18.2', () => {
  expect(new Set(Object.values(verdicts({ raises: 200 })))).toEqual(new Set(['well']))
  expect(verdicts({ per_ten_minutes: 1.5, most_in_ten_minutes: 10, stale: 4 })).toMatchObject({ rate: 'worse', most: 'worse', stale: 'well' })
  expect(verdicts({ per_ten_minutes: 2.1, most_in_ten_minutes: 11, stale: 5 })).toMatchObject({ rate: 'over', most: 'over', stale: 'over' })
  const one = { equipment: 'a', instance: '', rule: 'b', count: 3 }
  expect(verdicts({ raises: 200, chattering: [one], top_share: 0.3 })).toMatchObject({ chattering: 'over', top_share: 'over' })
  expect(verdicts({ raises: 3, top_share: 1 })).toMatchObject({ top_share: 'few' })
})

it('gives the parts of the priorities, and nothing of nothing', () => {
  expect(mixOf(load({ priorities: { 1: 5, 4: 15 } }))).toEqual({ 1: 0.25, 4: 0.75 })
  expect(mixOf(load({}))).toEqual({})
})
