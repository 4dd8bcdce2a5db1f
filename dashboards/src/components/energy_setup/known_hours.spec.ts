import { describe, expect, it } from 'vitest'
import { dayMeans, knownHours } from './known_hours'

describe('hourly temperatures', () => {
  it('are counted, the longest silence among them', () => {
    expect(knownHours([1, null, null, -2, null])).toEqual({ known: 2, of: 5, low: -2, high: 1, silence: 2 })
    expect(knownHours([])).toEqual({ known: 0, of: 0, low: null, high: null, silence: 0 })
  })

  it('make a mean of a day of which at least half is known', () => {
    const half = Array.from({ length: 24 }, (_, hour) => (hour % 2 ? 4 : null))
    expect(dayMeans([...half, ...half.map((value, hour) => (hour === 1 ? null : value))])).toEqual([4, null])
  })
})
