import { expect, it } from 'vitest'
import type { Part } from './parts'
import { shifted } from './shift'

const part = (tone: Part['tone'], quantity: number, amount: number): Part => ({ tone, quantity, amount, lines: [] })

it('moves a share of a band at the mean prices of the month', () => {
  const parts = [part('peak', 10_000, 10_000), part('valley', 5_000, 1_500)]
  expect(shifted(parts, 'peak', 'valley', 10)).toEqual({ kwh: 1000, yuan: 700 })
  expect(shifted(parts, 'sharp', 'valley', 10)).toBeNull()
})
