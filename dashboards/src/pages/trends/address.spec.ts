import { expect, it } from 'vitest'
import type { LocationQuery } from 'vue-router'
import { deskOf, FIRST, presetOf, queryOf, windowOf } from './address'
import { DAY, HOUR } from './window'

it('says itself in an address and is read from it again', () => {
  const desk = { points: ['pump-1.flow', 'pump-2.flow'], times: { last: 7 * DAY }, comparison: 'week' as const }
  const query = queryOf(desk)
  expect(query).toEqual({ point: ['pump-1.flow', 'pump-2.flow'], from: '-7d', to: 'now', compare: 'week' })
  expect(deskOf(query as LocationQuery)).toEqual(desk)
  const fixed = { ...desk, times: { from: 1_700_000_000_000, to: 1_700_000_600_000 }, comparison: null }
  expect(deskOf(queryOf(fixed) as LocationQuery)).toEqual(fixed)
})

it('takes what people send each other as it is, and the first view where it is no view', () => {
  expect(deskOf({ point: 'pump-1.flow', from: '-1h', to: 'now' })).toEqual({ points: ['pump-1.flow'], times: { last: HOUR }, comparison: null })
  expect(deskOf({ from: 'yesterday', to: '', compare: 'eternity' })).toEqual({ points: [], times: FIRST, comparison: null })
  expect(deskOf({ from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }).times).toEqual(FIRST)
  expect([presetOf(FIRST), presetOf({ last: 5 * HOUR }), presetOf({ from: 0, to: 1 })]).toEqual(['24h', null, null])
  expect(windowOf({ last: HOUR }, DAY)).toEqual({ from: DAY - HOUR, to: DAY })
})
