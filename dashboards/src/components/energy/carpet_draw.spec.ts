import { describe, expect, it } from 'vitest'
import type { Carpet } from '@/api/energy'
import { monthsOf, pixelsOf, rampOf, timeOf } from './carpet_draw'

const sum = { amount: null, coverage: 0, quality: 'missing', uncertainty: 0 } as const
const carpet: Carpet = { meter: 'm', unit: 'kW.h', step: 'hour', columns: 2, days: ['2026-11-01', '2026-11-02'], amount: [[0, 10], [null, 99]], quality: [[0, 2], [5, 0]], coverage: [[1, 1], [0, 1]], low: 0, high: 10, totals: [sum, sum] }

describe('the carpet', () => {
  const { data, width, height, guessed } = pixelsOf(carpet, rampOf([['#', '000000'].join(''), ['#', 'ffffff'].join('')]))
  const pixel = (day: number, step: number) => [...data.slice((step * width + day) * 4, (step * width + day) * 4 + 4)]

  it('has a pixel for each cell, days across and time down', () => {
    expect([width, height]).toEqual([2, 2])
    expect(pixel(0, 0)).toEqual([0, 0, 0, 255])
  })

  it('leaves what is not known clear, and marks what is known without being measured', () => {
    expect(pixel(1, 0)).toEqual([0, 0, 0, 0])
    expect(pixel(0, 1)).toEqual([255, 255, 255, 255])
    expect([0, 1, 2, 3].map((cell) => guessed?.data[cell * 4 + 3])).toEqual([0, 0, 255, 0])
    expect(pixelsOf({ ...carpet, quality: [[0, 0], [5, 0]] }, rampOf([['#', '000000'].join(''), ['#', 'ffffff'].join('')])).guessed).toBeNull()
  })

  it('draws what lies beyond its scale in the scale’s last colour', () => {
    expect(pixel(1, 1)).toEqual([255, 255, 255, 255])
  })

  it('shows a meter that always takes the same in the middle of its scale', () => {
    expect(pixelsOf({ ...carpet, low: 10, high: 10 }, rampOf([['#', '000000'].join(''), ['#', 'ffffff'].join('')])).data[4 * 2]).toBe(128)
  })

  it('names times and months', () => {
    expect([timeOf(0, 96), timeOf(33, 96), timeOf(23, 24)]).toEqual(['00:00', '08:15', '23:00'])
  })

  it('names months where they begin, the last one whole, none over another', () => {
    const days = (count: number) => Array.from({ length: count }, (_, i) => new Date(Date.UTC(2026, 9, 10 + i)).toISOString().slice(0, 10))
    expect(monthsOf(days(40), 400, 50)).toEqual([{ at: 0, month: '2026-10' }, { at: 220, month: '2026-11' }])
    expect(monthsOf(days(24), 240, 50)).toEqual([{ at: 0, month: '2026-10' }, { at: 190, month: '2026-11' }])
    const year = monthsOf(days(365), 640, 50)
    expect(year.every((each, i) => i === 0 || each.at - (year[i - 1]?.at ?? 0) >= 50)).toBe(true)
    expect(Math.max(...year.map((each) => each.at))).toBeLessThanOrEqual(590)
  })
})
