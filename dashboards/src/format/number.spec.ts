import { expect, it } from 'vitest'
import { number, quantity, unit } from './number'

it('shows units as people write them', () => {
  expect(['Cel', 'm3/h', 'kW.h', '1', 'MPa'].map(unit)).toEqual(['°C', 'm³/h', 'kWh', '', 'MPa'])
})

it('groups thousands, keeps decimals and never shows a negative zero', () => {
  expect(number(1234567.891, 1)).toBe('1\u202f234\u202f567.9')
  expect(number(-0.04, 1)).toBe('0.0')
  expect(number(-3.26, 1)).toBe('−3.3')
  expect(number(2450, 0)).toBe('2450')
})

it('shows a dash for what is not a number', () => {
  expect([number(null, 1), number(Number.NaN, 0), quantity(undefined, 1, 'kW')]).toEqual(['—', '—', '—'])
  expect(quantity(0.42, 3, 'MPa')).toBe('0.420 MPa')
})
