import { expect, it } from 'vitest'
import { left, span } from './left'

const days = (n: number) => `${n} d`

it('counts to the second and says when it is over', () => {
  expect([1500, 59.2, 0, -0.4, -61, 11_000, 200_000].map((s) => left(s, days))).toEqual([
    { over: false, text: '25:00' }, { over: false, text: '1:00' }, { over: false, text: '0:00' }, { over: true, text: '0:01' },
    { over: true, text: '1:01' }, { over: false, text: '3:03:20' }, { over: false, text: '2 d 07:33' },
  ])
})

it('writes a length without a sign', () => {
  expect([-5, 0, 61.9, 3600, 90_061].map((s) => span(s, days))).toEqual(['0:00', '0:00', '1:01', '1:00:00', '1 d 01:01'])
})
