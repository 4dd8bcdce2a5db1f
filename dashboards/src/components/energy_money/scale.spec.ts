import { expect, it } from 'vitest'
import { placesOf, ticksOf } from './scale'

it('steps roundly from zero past the highest', () => {
  expect(ticksOf(0, 123)).toEqual([0, 25, 50, 75, 100, 125])
  expect(ticksOf(-12, 30)).toEqual([-20, -10, 0, 10, 20, 30])
  expect(ticksOf(0, 0)).toEqual([0, 1])
  expect(ticksOf(0, 0.9)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
})

it('shows as many decimals as the steps need', () => {
  expect([placesOf([0, 50]), placesOf([0, 0.5]), placesOf([0, 0.25]), placesOf([0, 2.5])]).toEqual([0, 1, 1, 1])
})
