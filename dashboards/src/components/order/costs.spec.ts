import { expect, it } from 'vitest'
import type { WorkOrderDetail } from '@/api/desk'
import { costText, sums } from './costs'

const cost = (quantity: string, price: string, paid_by: string) => ({ id: 'x', name: '角阀', quantity, unit: '个', price, paid_by }) as unknown as WorkOrderDetail['costs'][number]

it('says a quantity without decimals that say nothing', () => {
  expect(costText(cost('2.000', '18.50', 'customer'), (who) => `<${who}>`)).toBe('角阀 2 个 × ¥18.50 <customer>')
  expect(costText(cost('0.250', '40.00', 'property'), (who) => who)).toBe('角阀 0.25 个 × ¥40.00 property')
})

it('adds up what each side pays, to the cent', () => {
  const costs = [cost('2.000', '18.50', 'customer'), cost('1.000', '25.00', 'property'), cost('0.333', '0.10', 'customer'), cost('3.000', '0.10', 'customer')]
  expect(sums(costs)).toEqual([{ paidBy: 'customer', amount: '37.33' }, { paidBy: 'property', amount: '25.00' }])
  expect(sums([])).toEqual([])
})
