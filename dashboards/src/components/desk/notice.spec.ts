import { expect, it } from 'vitest'
import { lacking } from './notice'

it('says what a notice lacks, and that it ends before it begins', () => {
  const whole = { places: ['tower-a'], reason: '检修', from: '2026-11-22T09:00', to: '2026-11-22T12:00' }
  expect(lacking(whole)).toBeNull()
  expect(lacking({ ...whole, to: '' })).toBe('times')
  expect(lacking({ ...whole, to: '2026-11-22T08:59' })).toBe('order')
  expect(lacking({ ...whole, to: whole.from })).toBe('order')
  expect(lacking({ ...whole, places: [] })).toBe('places')
  expect(lacking({ ...whole, reason: ' ' })).toBe('reason')
})
