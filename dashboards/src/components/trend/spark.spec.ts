import { expect, it } from 'vitest'
import { sparkOf } from './spark'

const spark = (mean: (number | null)[], normal: { low?: number; high?: number } | null = null) => sparkOf({ mean, minimum: mean, maximum: mean, normal })

it('draws a line that is broken where nothing was known, and says where', () => {
  const found = spark([0, 10, null, 5, null])
  expect(found?.line).toBe('M0 22L25 2M75 12h.8')
  expect(found?.gaps).toEqual([[37.5, 25], [87.5, 12.5]])
})

it('puts what does not move into the middle, and shows only the part of the normal range that is in the picture', () => {
  expect(spark([3, 3])?.line).toBe('M0 12L100 12')
  expect(spark([0, 10], { low: 5, high: 99 })?.normal).toEqual([2, 10])
  expect(spark([0, 10], { low: 20, high: 99 })?.normal).toBeNull()
  expect(spark([null, null])).toBeNull()
})
