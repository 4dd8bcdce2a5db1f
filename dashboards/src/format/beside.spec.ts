import { expect, it } from 'vitest'
import { beside, ownDecimals, percentOf } from './beside'
import { number } from './number'

const shown = (value: number, limit: number, decimals: number) => {
  const digits = beside(value, limit, decimals)
  return `${number(value, digits.value)} / ${number(limit, digits.limit)}`
}

it('knows a number by its own digits', () => {
  expect([8.1, 15, 0.25, 1.23456, 1e-7, 1e21].map((value) => ownDecimals(value, 4))).toEqual([1, 0, 2, 4, 4, 0])
})

it('keeps a figure on its side of the limit', () => {
  expect(shown(8, 8.1, 0)).toBe('8 / 8.1')
  expect(shown(9, 8.1, 0)).toBe('9 / 8.1')
  expect(shown(99.46, 99.5, 1)).toBe('99.46 / 99.50')
  expect(shown(49.97, 50, 1)).toBe('49.97 / 50.00')
  expect(shown(0.849, 0.85, 2)).toBe('0.849 / 0.850')
  expect(shown(50.3, 50, 1)).toBe('50.3 / 50.0')
  expect(shown(50, 50, 1)).toBe('50.0 / 50.0')
  expect(shown(0.1 + 0.2, 0.3, 1)).toBe('0.3 / 0.3')
  expect(shown(-0.04, 0, 1)).toBe('−0.04 / 0.00')
})

it('does not round a broken promise up to a kept one', () => {
  expect([percentOf(0.9996), percentOf(1), percentOf(0.70, 0.7), percentOf(0.6999, 0.7), percentOf(null)]).toEqual(['99.96 %', '100.0 %', '70.0 %', '69.99 %', '—'])
})
