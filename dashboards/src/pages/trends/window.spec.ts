import { expect, it } from 'vitest'
import { backBy, DAY, held, HOUR, panned, span, zoneOffset, zoomed } from './window'

const NOW = Date.parse('2026-11-20T07:30:00Z')
const DAY_BACK = { from: NOW - DAY, to: NOW }

it('pans and zooms about a moment that keeps its place', () => {
  expect(panned(DAY_BACK, -0.5)).toEqual({ from: NOW - 1.5 * DAY, to: NOW - 0.5 * DAY })
  const closer = zoomed(DAY_BACK, 0.5, NOW - 6 * HOUR)
  expect(closer).toEqual({ from: NOW - 15 * HOUR, to: NOW - 3 * HOUR })
  expect(zoomed(closer, 2, NOW - 6 * HOUR)).toEqual(DAY_BACK)
})

it('never leaves what makes sense', () => {
  expect(span(held({ from: NOW - 5, to: NOW }, NOW))).toBe(10_000)
  expect(span(held({ from: 0, to: NOW }, NOW))).toBe(20 * 365 * DAY)
  expect(held({ from: NOW + DAY, to: NOW + 2 * DAY }, NOW)).toEqual({ from: NOW - DAY / 2, to: NOW + DAY / 2 })
})

it('compares the same hour of the clocks, also over a change of them', () => {
  const after = Date.parse('2026-10-26T12:00:00Z')
  expect(backBy({ from: after - HOUR, to: after }, 'week', 'Europe/Berlin')).toBe(7 * DAY + HOUR)
  expect(backBy(DAY_BACK, 'week', 'Asia/Shanghai')).toBe(7 * DAY)
  expect(backBy(DAY_BACK, 'month', 'Asia/Shanghai')).toBe(28 * DAY)
  expect(zoneOffset(NOW, 'Asia/Shanghai')).toBe(8 * HOUR)
})
