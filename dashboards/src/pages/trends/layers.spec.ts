import { expect, it } from 'vitest'
import { layered } from './layers'
import type { Chart, Curve } from '@/components/trend/columns'

function chart(first: number, width: number, values: (number | null)[], over: Partial<Curve> = {}): Chart {
  const curve = { id: 'pump-1.flow', label: '', unit: 'm3/h', decimals: 1, names: null, tone: 1, past: false, spread: false, mean: values, minimum: values, maximum: values, known: values.map(() => 1), ...over }
  return { width, times: values.map((_, i) => first + (i + 0.5) * width), curves: [curve] }
}

it('shows the coarse buckets where the fine ones are not, none twice', () => {
  const fine = chart(40, 10, [1, 2, null])
  const whole = layered(fine, chart(0, 20, [7, 7, 7, 7, 9], { spread: true, maximum: [8, 8, 8, 8, 8] }))
  expect(whole.times).toEqual([10, 30, 45, 55, 65, 90])
  expect(whole.curves[0]).toMatchObject({ mean: [7, 7, 1, 2, null, 9], maximum: [8, 8, 1, 2, null, 8], known: [1, 1, 1, 1, 1, 1], spread: true })
})

it('leaves the fine picture as it is where the other is of other curves, or not coarser', () => {
  const fine = chart(40, 10, [1])
  for (const under of [null, chart(0, 10, [1, 2]), chart(0, 20, [1], { id: 'pump-2.flow' })]) expect(layered(fine, under)).toBe(fine)
})
