import { expect, it } from 'vitest'
import { chartOf, type Chart } from '@/components/trend/columns'
import { panelsOf } from './panels'
import { statisticOf } from './statistics'

const MINUTE = 60_000

function chart(from: number, curves: Record<string, { unit: string; mean: (number | null)[]; states?: boolean; silent?: number[] }>): Chart {
  const length = Math.max(...Object.values(curves).map((curve) => curve.mean.length))
  const items = Object.entries(curves).map(([point, { unit, mean, silent = mean.map(() => 0) }]) => {
    const none = mean.map(() => 0)
    return { point, site: 's', name: { zh: point, en: point }, unit, decimals: 1, mean, minimum: mean, maximum: mean, first: mean, last: mean, silent, bad: none, uncertain: none, count: none }
  })
  const start = Array.from({ length }, (_, i) => from + i * MINUTE)
  return chartOf({ start, width: 60, items }, (columns) => ({ label: columns.point, names: curves[columns.point]?.states ? new Map([[0, 'off']]) : null }))
}

it('puts one unit into one panel, no more than can be told apart, and states on strips of their own', () => {
  const flow = { unit: 'm3/h', mean: [1] }
  const state = { unit: '', mean: [0], states: true }
  const panels = panelsOf(chart(0, { a: flow, b: flow, c: flow, d: flow, e: flow, p: { unit: 'MPa', mean: [1] }, s: state, t: state }), null, 0)
  expect(panels.map((panel) => panel.chart.curves.map((curve) => curve.id).join(''))).toEqual(['abcd', 'e', 'p', 's', 't'])
  expect(panels.map((panel) => panel.states)).toEqual([false, false, false, true, true])
  expect(panels[0]?.chart.curves.map((curve) => curve.tone)).toEqual([1, 2, 3, 4])
})

it('lays the compared period under its own curve, moment by moment, also on another grid', () => {
  const now = chart(100 * MINUTE, { a: { unit: 'kW', mean: [5, 6, 7] } })
  const before = chart(40 * MINUTE, { a: { unit: 'kW', mean: [1, 2] } })
  const [panel] = panelsOf(now, before, 60 * MINUTE)
  const past = panel?.chart.curves[1]
  expect([past?.past, past?.mean]).toEqual([true, [1, 2, null]])
})

it('weighs the mean by what is known, and says how much that is', () => {
  const one = chart(0, { a: { unit: 'kW', mean: [2, 4, null, 8], silent: [0, 0.5, 1, 0] } })
  const [curve] = one.curves
  if (!curve) throw new Error('no curve')
  const all = statisticOf(one, curve, { from: 0, to: 4 * MINUTE })
  expect(all).toMatchObject({ minimum: 2, minimumAt: 30_000, maximum: 8, mean: (2 + 2 + 8) / 2.5, last: 8, known: 2.5 / 4 })
  expect(statisticOf(one, curve, { from: 2 * MINUTE, to: 3 * MINUTE })).toMatchObject({ minimum: null, mean: null, known: 0, minimumAt: 0 })
})
