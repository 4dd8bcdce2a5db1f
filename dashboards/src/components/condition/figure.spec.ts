import { expect, it } from 'vitest'
import type { Figure, MachineCondition } from '@/api/types'
import { figuresInOrder, machinesInOrder, shareOf } from './figure'

const figure = (id: string, verdict: Figure['verdict'], value: number | null = 1, limit: number | null = null) => ({ id, verdict, value, limit }) as unknown as Figure
const machine = (equipment: string, ...figures: Figure[]) => ({ equipment, part: '', figures }) as unknown as MachineCondition

it('puts what wants attention first, and what is not known before what is well', () => {
  const found = figuresInOrder([figure('a', 'told'), figure('b', 'good'), figure('c', 'attention'), figure('d', 'unknown')])
  expect(found.map((each) => each.id)).toEqual(['c', 'd', 'b', 'a'])
  const machines = machinesInOrder([machine('pump-10'), machine('pump-2'), machine('sump-1', figure('x', 'attention'))])
  expect(machines.map((each) => each.equipment)).toEqual(['sump-1', 'pump-2', 'pump-10'])
})

it('stands between nothing and half above its limit', () => {
  expect([shareOf(figure('a', 'good', 10, 10)), shareOf(figure('a', 'good', 99, 10)), shareOf(figure('a', 'good', 5)), shareOf(figure('a', 'unknown', null, 5))]).toEqual([2 / 3, 1, null, null])
})
