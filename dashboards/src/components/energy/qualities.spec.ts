import { expect, it } from 'vitest'
import type { MeterQuality } from '@/api/energy'
import { countsOf, quartersOf } from './qualities'

it('every interval is counted once, by its quality', () => {
  const all = quartersOf('2026-11-01T00:00:00Z', '2026-11-22T00:00:00Z')
  const counts = countsOf({ shares: { measured: 0.75, interpolated: 0.125, estimated: 0, changed: 0, reset: 1 / all, missing: 0.125 - 1 / all } } as unknown as MeterQuality, all)
  expect(all).toBe(2016)
  expect(counts.map((each) => each.count)).toEqual([1512, 252, 0, 0, 1, 251])
  expect(counts.reduce((sum, each) => sum + each.count, 0)).toBe(all)
})
