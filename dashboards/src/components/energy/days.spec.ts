import { describe, expect, it } from 'vitest'
import { daysOf, scaleOf, tickText } from './days'

const DAY = 86_400_000
const columns = (amount: readonly (number | null)[], coverage: readonly number[]) => ({ start: amount.map((_, i) => i * DAY), amount, coverage, quality: amount.map(() => 0), uncertainty: amount.map(() => 0) })

describe('the days of a month', () => {
  const last = columns([9, 9, 9, 9], [1, 1, 0.5, 1])
  const days = daysOf('2026-11', columns([10, null, 5, null], [1, 0, 0.5, 0]), 2.5 * DAY, last, null)

  it('tell a gap from what lies ahead', () => {
    expect(days.map((day) => [day.amount, day.ahead, day.coverage])).toEqual([[10, false, 1], [null, false, 0], [5, false, 1], [null, true, 0]])
  })

  it('stand beside last year only where all of that day is known', () => {
    expect(days.map((day) => day.before)).toEqual([9, 9, null, 9])
    expect(days.map((day) => day.day)).toEqual(['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04'])
  })
})

it('a scale ends at a round number over the highest', () => {
  expect([[null], [7], [93, 12], [1600]].map((values) => scaleOf(values).most)).toEqual([1, 8, 100, 2000])
  expect([0, 0.25, 0.5, 250].map(tickText)).toEqual(['0', '0.25', '0.5', '250'])
  expect(scaleOf([93]).ticks).toEqual([0, 20, 40, 60, 80, 100])
})
