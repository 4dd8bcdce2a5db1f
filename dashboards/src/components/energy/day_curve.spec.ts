import { describe, expect, it } from 'vitest'
import type { Carpet } from '@/api/energy'
import { hoursOf, loadsOf, outside, sameWeekdays } from './day_curve'

const days = Array.from({ length: 57 }, (_, i) => new Date(Date.UTC(2026, 8, 1 + i)).toISOString().slice(0, 10))
const quarters = (value: number | null) => Array.from({ length: 96 }, () => value)
const sum = { amount: null, coverage: 0, quality: 'missing', uncertainty: 0 } as const
const carpet: Carpet = {
  meter: 'm', unit: 'kW.h', step: 'quarter', columns: 96, days, low: 0, high: 9, totals: days.map(() => sum),
  amount: days.map((_, i) => quarters(i === 28 ? 9 : i === 21 ? null : 1 + (i % 7 === 0 ? i / 70 : 5))),
  quality: days.map(() => quarters(0) as number[]), coverage: days.map((_, i) => quarters(i === 21 ? 0 : 1) as number[]),
}

describe('a chosen day', () => {
  it('stands beside the same weekdays around it, without itself and without what is not known', () => {
    const found = sameWeekdays(carpet, 28)
    expect(found?.days).toBe(8)
    expect(found?.band.low[0]).toBeCloseTo(4 * 1.1, 5)
    expect(found?.band.high[0]).toBeCloseTo(4 * 1.7, 5)
    expect(outside(carpet, 28, found!.band).over).toHaveLength(24)
    expect(outside(carpet, 28, found!.band).under).toEqual([])
  })

  it('has no band where too few such days are known', () => {
    expect(sameWeekdays({ ...carpet, days: days.slice(0, 20) }, 3)).toBeNull()
  })

  it('is a load of quarter hours and an amount of hours; a gap stays a gap', () => {
    expect(loadsOf(carpet, 28)[0]).toBe(36)
    expect(hoursOf(carpet, 28)[0]).toBe(36)
    expect([loadsOf(carpet, 21)[0], hoursOf(carpet, 21)[0]]).toEqual([null, null])
  })
})
