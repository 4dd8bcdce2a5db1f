import { expect, it } from 'vitest'
import type { Bill, BillLine } from '@/api/energy_money'
import { partsOf, sharesOf } from './parts'

const line = (kind: BillLine['kind'], band: BillLine['band'], quantity: string, amount: string): BillLine => ({ kind, band, name: null, quantity, unit: 'kWh', price: '1', from: '2026-10-01', to: '2026-10-31', amount })

it('puts the lines of a band together, the dearest first, then what is not energy', () => {
  const lines = [line('fee', null, '31', '10.00'), line('energy', 'valley', '10', '30.00'), line('energy', 'peak', '5', '40.00'), line('energy', 'valley', '2', '20.00'), line('power_factor', null, '90', '-5.00')]
  const parts = partsOf({ lines } as unknown as Bill)
  expect(parts.map((part) => [part.tone, part.amount, part.quantity])).toEqual([['peak', 40, 5], ['valley', 50, 12], ['power_factor', -5, 90], ['fee', 10, 31]])
  expect(sharesOf(parts)).toEqual([40, 50, 0, 10])
})
