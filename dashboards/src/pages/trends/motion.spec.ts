import { expect, it } from 'vitest'
import { motion } from './motion'
import { DAY, panned, zoomed } from './window'

const WEEK = { from: 100 * DAY, to: 107 * DAY }

it('knows a pan, how fast it is and where to, and forgets it after a rest', () => {
  const moved = motion()
  expect([moved.see(WEEK, 0), moved.speed]).toEqual([false, 0])
  expect([moved.see(panned(WEEK, -0.5), 100), moved.speed]).toEqual([true, (-3.5 * DAY) / 100])
  expect([moved.see(WEEK, 5000), moved.speed]).toEqual([true, 0])
})

it('takes the step of a clock for no hand, and a zoom for no motion', () => {
  const moved = motion()
  moved.see(WEEK, 0)
  expect(moved.see(panned(WEEK, 0.002), 1000)).toBe(false)
  expect([moved.see(zoomed(WEEK, 0.5), 1100), moved.speed]).toEqual([true, 0])
})
