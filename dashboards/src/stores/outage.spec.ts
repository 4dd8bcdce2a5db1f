import { expect, it } from 'vitest'
import type { Alarm, Equipment } from '@/api/types'
import { lossOf } from './outage'

const pump = { id: 'pump-1', gateway: 'g-1' } as Equipment
const loss = (rule: string, affects: string[] = [], gateway = 'g-1') => ({ rule, affects, gateway }) as unknown as Alarm

it('is that of the whole gateway, else of the line, else of the unit', () => {
  const unit = loss('unit_lost', ['pump-1', 'meter-1'])
  const line = loss('line_lost', ['pump-1', 'pump-2'])
  const gateway = loss('gateway_lost')
  expect(lossOf(pump, [unit, line, gateway])).toBe(gateway)
  expect(lossOf(pump, [unit, line])).toBe(line)
  expect(lossOf(pump, [unit])).toBe(unit)
})

it('is none where something else was lost or is wrong', () => {
  expect(lossOf(pump, [loss('line_lost', ['lift-1']), loss('gateway_lost', [], 'g-2'), loss('dry_run', ['pump-1'])])).toBeUndefined()
})
