import { expect, it } from 'vitest'
import type { Place } from '@/api/types'
import { blocksOf, drawnAt } from './layout'
import { shortened } from './shortened'

const place = (id: string, parent: string | null): Place => ({ id, parent, zh: id, en: id }) as Place
const PLACES = [
  place('tower', null), place('low', 'tower'), place('f1', 'low'), place('lobby', 'f1'), place('f2', 'low'), place('high', 'tower'), place('f3', 'high'), place('roof', 'high'),
  place('tank', 'roof'), place('garage', null), place('pumps', 'garage'), place('north', 'garage'), place('hut', null),
]

it('draws buildings from the ground up, and what has no floors as it is listed', () => {
  const blocks = blocksOf(PLACES)
  expect(blocks.map((block) => [block.id, block.floors.map((floor) => floor.id)])).toEqual([
    ['tower', ['roof', 'f3', 'f2', 'f1']],
    ['garage', ['pumps', 'north']],
    ['hut', ['hut']],
  ])
})

it('shows every place somewhere: a room on its floor, a zone at its building', () => {
  const at = drawnAt(blocksOf(PLACES), PLACES)
  expect([at.get('lobby'), at.get('tank'), at.get('low'), at.get('tower'), at.get('hut')]).toEqual(['f1', 'roof', 'tower', 'tower', 'hut'])
  expect(PLACES.filter((each) => !at.has(each.id))).toEqual([])
})

it('shortens a name to the width that it has', () => {
  expect(shortened('B1', 80)).toBe('B1')
  expect(shortened('Garage lift lobby, tower A', 80)).toBe('Garage lift …')
  expect(shortened('\u5730\u4e0b'.repeat(8), 80)).toHaveLength(7)
})
