import { expect, it } from 'vitest'
import { windowOf } from './window'

it('draws what is seen and a few more, of five thousand', () => {
  const { first, last, before, after } = windowOf(5000, 34, 34_000, 680)
  expect([first, last]).toEqual([992, 1028])
  expect(before + (last - first) * 34 + after).toBe(5000 * 34)
})

it('stays within a short list, also after it has shrunk under the scroll', () => {
  expect(windowOf(3, 34, 0, 680)).toEqual({ first: 0, last: 3, before: 0, after: 0 })
  expect(windowOf(0, 34, 900, 680)).toMatchObject({ first: 0, last: 0, before: 0 })
  const { first, last } = windowOf(2, 34, 10_000, 680)
  expect([first, last]).toEqual([1, 2])
})
