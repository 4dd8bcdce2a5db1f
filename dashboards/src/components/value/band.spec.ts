import { expect, it } from 'vitest'
import { band } from './band'

it('puts the value into the normal range with a margin on both sides', () => {
  expect(band(50, { low: 0, high: 100 }, null)).toEqual({ from: 100 / 6, to: 500 / 6, at: 50, side: 0 })
  expect(band(-10, { low: 0, high: 100 }, null)?.side).toBe(-1)
})

it('never draws beyond what the device can say, and clamps what lies outside', () => {
  expect(band(900, { low: 0, high: 100 }, { low: 0, high: 110 })).toMatchObject({ from: 0, at: 100, side: 1 })
})

it('draws a range with one open end', () => {
  expect(band(30, { low: 20, high: null }, { low: 0, high: 100 })).toMatchObject({ to: 100, side: 0 })
  expect(band(5, { low: null, high: 4.5 }, null)).toMatchObject({ from: 0, side: 1 })
})

it('draws nothing where nothing says what is normal', () => {
  expect(band(1, null, { low: 0, high: 10 })).toBeNull()
  expect(band(1, { low: null, high: null }, null)).toBeNull()
})
