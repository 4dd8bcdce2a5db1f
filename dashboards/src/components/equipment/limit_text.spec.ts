import { expect, it } from 'vitest'
import type { LiveLimit, PointValue } from '@/api/types'
import type { Live } from '@/stores/values'
import { roomOf } from './limit_text'

const FLOW = { point: 'flow', kind: 'measurement' } as PointValue
const live = (value: number | null, quality = 'good') => ({ value, quality }) as Live
const limit = (more: Partial<LiveLimit>) => ({ says: 'flow', point: 'pump-1.flow', direction: 'low', value: 6, limit: 2, room: 4, share: 0.5, ...more }) as LiveLimit

it('follows what the stream brings, on the side that alarms', () => {
  expect(roomOf(limit({}), FLOW, live(3))).toEqual({ value: 3, limit: 2, room: 1, left: 0.125 })
  expect(roomOf(limit({ direction: 'high', limit: 10 }), FLOW, live(12))).toMatchObject({ room: -2, left: 0 })
})

it('keeps the word of the cloud where the value is bad, or the rule reckons with more than a point', () => {
  expect(roomOf(limit({}), FLOW, live(null, 'bad'))).toMatchObject({ value: 6, room: 4, left: 0.5 })
  expect(roomOf(limit({ says: 'power - 0.3 * rated_power', value: 1, room: 0.5, share: null }), undefined, undefined)).toMatchObject({ value: 1, room: 0.5, left: 0.25 })
  expect(roomOf(limit({ room: null }), FLOW, live(3))).toBeNull()
})

it('takes no counter for what it rose by within an hour', () => {
  const starts = { point: 'starts', kind: 'counter' } as PointValue
  const rule = limit({ says: 'starts', point: 'pump-1.starts', direction: 'high', value: 10, limit: 15, room: 5, share: 1 / 3 })
  expect(roomOf(rule, starts, live(11_303))).toMatchObject({ value: 10, room: 5 })
})
