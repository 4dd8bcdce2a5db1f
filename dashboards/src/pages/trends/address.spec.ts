import { expect, it } from 'vitest'
import type { LocationQuery } from 'vue-router'
import { beyond, deskOf, FIRST, MOST_POINTS, presetOf, queryOf, windowOf } from './address'
import { DAY, HOUR, span } from './window'

const NOW = Date.parse('2026-11-22T08:00:00Z')

it('says itself in an address and is read from it again', () => {
  const desk = { points: ['pump-1.flow', 'pump-2.flow'], times: { last: 7 * DAY }, comparison: 'week' as const }
  const query = queryOf(desk)
  expect(query).toEqual({ point: ['pump-1.flow', 'pump-2.flow'], from: '-7d', to: 'now', compare: 'week' })
  expect(deskOf(query as LocationQuery, NOW)).toEqual(desk)
  const fixed = { ...desk, times: { from: 1_700_000_000_000, to: 1_700_000_600_000 }, comparison: null }
  expect(deskOf(queryOf(fixed) as LocationQuery, NOW)).toEqual(fixed)
})

it('takes what people send each other as it is, and the first view where it is no view', () => {
  expect(deskOf({ point: 'pump-1.flow', from: '-1h', to: 'now' }, NOW)).toEqual({ points: ['pump-1.flow'], times: { last: HOUR }, comparison: null })
  expect(deskOf({ from: 'yesterday', to: '', compare: 'eternity' }, NOW)).toEqual({ points: [], times: FIRST, comparison: null })
  expect(deskOf({ from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }, NOW).times).toEqual(FIRST)
  expect([presetOf(FIRST), presetOf({ last: 5 * HOUR }), presetOf({ from: 0, to: 1 })]).toEqual(['24h', null, null])
  expect(windowOf({ last: HOUR }, DAY)).toEqual({ from: DAY - HOUR, to: DAY })
})

it('says any length that a live view can have, and reads the same again', () => {
  for (const last of [30_000, 20 * 60_000, 90 * 60_000, HOUR, 49 * HOUR, 30 * DAY, 30 * DAY + 60_000]) {
    const query = queryOf({ points: [], times: { last }, comparison: null }) as LocationQuery
    expect(deskOf(query, NOW).times, JSON.stringify(query)).toEqual({ last })
  }
})

it('holds what a hand wrote into the address to what can be drawn', () => {
  const times = (from: string, to: string) => deskOf({ from, to }, NOW).times
  expect(times('-0h', 'now')).toEqual(FIRST)
  expect(times('-999999w', 'now')).toEqual({ last: 20 * 365 * DAY })
  expect(times('2030-01-01T00:00:00Z', '2031-01-01T00:00:00Z')).toEqual(FIRST)
  expect(times('2026-11-20T08:00:00Z', 'now')).toEqual({ from: NOW - 2 * DAY, to: NOW })
  const ages = times('0001-01-01T00:00:00Z', '9999-01-01T00:00:00Z')
  expect('last' in ages ? 0 : span(ages)).toBe(20 * 365 * DAY)
})

it('takes so many points and says how many more there are', () => {
  const point = Array.from({ length: MOST_POINTS + 26 }, (_, i) => `pump-${i}.flow`)
  expect([deskOf({ point }, NOW).points.length, beyond({ point }), beyond({ point: point.slice(0, 3) })]).toEqual([MOST_POINTS, 26, 0])
})
