import { expect, it } from 'vitest'
import { dates, daysOf, monthOf, moved, type Task } from './month'

it('is whole weeks from Monday on, over the ends of years', () => {
  const november = dates('2026-11')
  expect([november[0], november.at(-1), november.length]).toEqual(['2026-10-26', '2026-12-06', 42])
  expect(dates('2027-02').length).toBe(28)
  expect([moved('2026-12', 1), moved('2026-01', -1), moved('2026-11', -13)]).toEqual(['2027-01', '2025-12', '2025-10'])
})

it('puts what is due on the local day, not on that of Greenwich', () => {
  const due = '2026-11-20T17:00:00Z'
  const days = daysOf('2026-11', [{ due_at: due } as Task], 'Asia/Shanghai')
  expect(days.find((each) => each.tasks.length)?.date).toBe('2026-11-21')
  expect(monthOf(Date.parse('2026-11-30T17:00:00Z'), 'Asia/Shanghai')).toBe('2026-12')
})
