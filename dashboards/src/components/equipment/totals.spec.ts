import { expect, it } from 'vitest'
import type { PointValue, SeriesAnswer } from '@/api/types'
import { countedPoints, totalsOf } from './totals'

const HOUR = 3_600_000
const point = (id: string, kind: string, unit: string, states: object[] = []) => ({ id, point: id, kind, unit, states, instance: '', decimals: 0 }) as unknown as PointValue
const RUNNING = point('running', 'state', '', [{ value: 1, code: 'running' }])

function answer(id: string, last: (number | null)[], more: object = {}): SeriesAnswer {
  const none = last.map(() => 0)
  const item = { point: id, first: last, last, mean: last, minimum: last, maximum: last, bad: none, silent: none, uncertain: none, count: none, ...more }
  return { start: last.map((_, i) => i * HOUR), width: 3600, items: [item] } as unknown as SeriesAnswer
}

it('counts over gaps and new beginnings, by day', () => {
  const known = new Map([['starts', point('starts', 'counter', '1')]])
  const [total] = totalsOf(answer('starts', [10, 14, null, 20, 2, 5]), known, [0, 3 * HOUR])
  expect(total?.days).toEqual([4, 9])
  expect([total?.today, total?.week]).toEqual([9, 13])
})

it('takes the hours of running from the state where no counter has them', () => {
  expect(countedPoints([RUNNING, point('starts', 'counter', '1')]).map((each) => each.id)).toEqual(['running', 'starts'])
  expect(countedPoints([RUNNING, point('run_time', 'counter', 'h')]).map((each) => each.id)).toEqual(['run_time'])
  const silent = [0, 0, 0.5, 1]
  const [total] = totalsOf(answer('running', [1, 0.5, null, null], { last: [1, 1, null, null], silent }), new Map([['running', RUNNING]]), [0])
  expect([total?.unit, total?.today]).toEqual(['h', 2])
})
