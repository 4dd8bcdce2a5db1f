import { expect, it } from 'vitest'
import type { SeriesAnswer } from '@/api/types'
import { chartOf, gapsOf, isEmpty, says } from './columns'

function answer(mean: (number | null)[], silent: number[], bad = mean.map(() => 0)): SeriesAnswer {
  const columns = { mean, minimum: mean, maximum: mean, first: mean, last: mean, silent, bad, uncertain: bad, count: mean.map(Number) }
  const item = { point: 'pump-1.flow', site: 'garden', name: { zh: '流量', en: 'Flow' }, unit: 'm3/h', decimals: 1, ...columns }
  return { start: mean.map((_, i) => i * 60_000), width: 60, items: [item] }
}

const nothing = () => ({ label: '', names: null })

it('holds the last value where nothing changed, and leaves true gaps open', () => {
  const chart = chartOf(answer([null, 5, null, null, 7, null], [0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 1]), (c) => ({ label: c.name.en, names: null }))
  expect(chart.curves[0]?.mean).toEqual([null, 5, 5, null, 7, null])
  expect(gapsOf(chart)).toEqual([[0, 1], [3, 4], [5, 6]])
  expect(chart.times[0]).toBe(30)
})

it('knows a period without any data', () => {
  expect(isEmpty(chartOf(answer([null, null], [1, 1]), nothing))).toBe(true)
  expect(gapsOf(chartOf(answer([null, null], [1, 1]), nothing))).toEqual([[0, 2]])
})

it('says states by name and measurements by quantity', () => {
  const [curve] = chartOf(answer([1], [0]), () => ({ label: 'Running', names: new Map([[1, 'Running']]) })).curves
  if (!curve) throw new Error('no curve')
  expect([1, 0.9, 3, null].map((value) => says(curve, value, String))).toEqual(['Running', 'Running', '3', 'null'])
})
