import { expect, it } from 'vitest'
import { monthAfter, monthsUpTo } from './months'

it('counts over the turn of the year', () => {
  expect([monthAfter('2026-01', -1), monthAfter('2026-12', 1), monthAfter('2026-11', -23)]).toEqual(['2025-12', '2027-01', '2024-12'])
  expect(monthsUpTo('2026-02', 4)).toEqual(['2025-11', '2025-12', '2026-01', '2026-02'])
})
