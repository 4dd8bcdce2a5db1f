import { expect, it } from 'vitest'
import { lineOf } from './signature'

it('draws strokes as lines, a touch as a dot, and nothing of half a point', () => {
  expect([lineOf([1, 2, 3, 4, 5, 6]), lineOf([7, 8]), lineOf([1, 2, 3]), lineOf([])]).toEqual(['M1 2L3 4L5 6', 'M7 8L7 8', 'M1 2L1 2', ''])
})
