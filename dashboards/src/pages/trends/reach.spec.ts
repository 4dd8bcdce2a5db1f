import { expect, it } from 'vitest'
import { COARSE, coarseOf, covers, FINE, isAround, isNear, reachOf, shows } from './reach'
import { DAY, panned, zoomed } from './window'

const NOW = Date.parse('2026-11-20T07:30:00Z')
const LAST_WEEK = { from: NOW - 8 * DAY, to: NOW - 7 * DAY }

it('fetches as much again on both sides, and nothing of the future', () => {
  expect(reachOf(LAST_WEEK, NOW)).toEqual({ from: NOW - 9 * DAY, to: NOW - 6 * DAY, buckets: 3 * FINE })
  expect(reachOf({ from: NOW - DAY, to: NOW }, NOW)).toEqual({ from: NOW - 2 * DAY, to: NOW, buckets: 2 * FINE })
})

it('shows a panned window from what is here, and fetches before the edge is met', () => {
  const reach = reachOf(LAST_WEEK, NOW)
  expect(isNear(reach, panned(LAST_WEEK, -0.4), NOW)).toBe(false)
  const far = panned(LAST_WEEK, 0.9)
  expect([shows(reach, far, NOW), isNear(reach, far, NOW)]).toEqual([true, true])
  expect(shows(reach, panned(LAST_WEEK, 1.1), NOW)).toBe(false)
})

it('fetches finer buckets for a closer look', () => {
  const reach = reachOf(LAST_WEEK, NOW)
  expect(shows(reach, zoomed(LAST_WEEK, 0.8), NOW)).toBe(true)
  expect(shows(reach, zoomed(LAST_WEEK, 0.4), NOW)).toBe(false)
})

it('fetches ahead of where the window moves, and never more than two windows', () => {
  expect(reachOf(LAST_WEEK, NOW, -DAY / 500)).toEqual({ from: NOW - 10 * DAY, to: NOW - 6 * DAY, buckets: 4 * FINE })
  expect(reachOf(LAST_WEEK, NOW, 1e9)).toEqual({ from: NOW - 9 * DAY, to: NOW - 4 * DAY, buckets: 5 * FINE })
})

it('has a coarse picture far around, which a pan does not leave soon', () => {
  const coarse = coarseOf(LAST_WEEK, NOW)
  expect(coarse).toEqual({ from: NOW - 16 * DAY, to: NOW, buckets: 16 * COARSE })
  const far = panned(LAST_WEEK, -5)
  expect([isAround(coarse, far, NOW), covers(coarse, panned(LAST_WEEK, -8), NOW), shows(coarse, LAST_WEEK, NOW)]).toEqual([true, true, false])
  expect(isAround(coarse, panned(LAST_WEEK, -6), NOW)).toBe(false)
  expect(isAround(coarse, zoomed(LAST_WEEK, 0.3), NOW)).toBe(false)
})
