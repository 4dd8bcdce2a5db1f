import { expect, it } from 'vitest'
import { monthAfter, monthSaid, monthsUpTo } from './months'

it('counts over the turn of the year', () => {
  expect([monthAfter('2026-01', -1), monthAfter('2026-12', 1), monthAfter('2026-11', -23)]).toEqual(['2025-12', '2027-01', '2024-12'])
  expect(monthsUpTo('2026-02', 4)).toEqual(['2025-11', '2025-12', '2026-01', '2026-02'])
})

it('reads a month as people write it, and nothing else', () => {
  expect(['2026-11', '2026/1', '202611', ' 2026年11月 ', '2026.9'].map(monthSaid)).toEqual(['2026-11', '2026-01', '2026-11', '2026-11', '2026-09'])
  expect(['', '2026', '2026-13', '2026-00', '11/2026', '1026-11', '2026-11-03', 'x'].map(monthSaid)).toEqual(Array(8).fill(null))
})
