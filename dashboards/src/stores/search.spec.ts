import { expect, it } from 'vitest'
import { find, score, type Entry } from './search'

const entry = (id: string, words: string[], kind: Entry['kind'] = 'equipment'): Entry => ({ kind, id, title: id, detail: '', to: '/', words })
const pump = entry('pump-1', ['pump-1', '1号给水泵', 'Supply pump 1', '生活水泵房'])
const lift = entry('lift-2', ['lift-2', '2号电梯', 'Lift 2'])

it('finds by code and by either language, every word typed', () => {
  expect(find([pump, lift], 'PUMP')).toEqual([pump])
  expect(find([pump, lift], '给水')).toEqual([pump])
  expect(find([pump, lift], '水泵房 1号')).toEqual([pump])
  expect(find([pump, lift], 'lift pump')).toEqual([])
  expect(find([pump, lift], '  ')).toEqual([])
})

it('puts the exact code before what only contains it', () => {
  const ten = entry('pump-10', ['pump-10'])
  expect(find([ten, pump], 'pump-1').map((each) => each.id)).toEqual(['pump-1', 'pump-10'])
  expect(score(pump, 'pump-1')).toBeGreaterThan(score(ten, 'pump-1'))
})
