import { expect, it } from 'vitest'
import type { ShapeRule } from '@/api/energy_money'
import { clockOf, monthGroups, rangesOf, stripOf } from './day_strip'

const rule = (windows: ShapeRule['windows'], months: readonly number[] = []): ShapeRule => ({ windows, months, days: [], holidays: [] })
const base = rule([{ begin: '23:00:00', end: '07:00:00', band: 'valley' }, { begin: '10:00:00', end: '13:00:00', band: 'peak' }])
const summer = rule([{ begin: '11:00:00', end: '12:00:00', band: 'sharp' }], [7, 8])

it('paints over, also over midnight, and leaves the rest flat', () => {
  expect(stripOf([base], () => true).map((each) => `${each.band} ${clockOf(each.from)}-${clockOf(each.to)}`)).toEqual([
    'valley 00:00-07:00', 'flat 07:00-10:00', 'peak 10:00-13:00', 'flat 13:00-23:00', 'valley 23:00-24:00',
  ])
})

it('groups the months that are alike', () => {
  const groups = monthGroups([base, summer])
  expect(groups.map((each) => each.months)).toEqual([[1, 2, 3, 4, 5, 6, 9, 10, 11, 12], [7, 8]])
  expect(groups[1]?.strip.filter((each) => each.band === 'sharp')).toEqual([{ band: 'sharp', from: 660, to: 720 }])
})

it('writes months in a row as one', () => {
  expect([rangesOf([2, 3, 4, 5, 6, 9, 10, 11]), rangesOf([1, 12]), rangesOf([7])]).toEqual(['2–6, 9–11', '1, 12', '7'])
})
