/** Costs of an order as people read them on the page and on paper: a line each, and what each side pays. */
import type { WorkOrderDetail } from '@/api/desk'

type Cost = WorkOrderDetail['costs'][number]
const MILLI = 1000

/** `角阀 2 个 × ¥18.50 住户付`; a quantity has no decimals that say nothing. */
export function costText(cost: Cost, paidBy: (who: Cost['paid_by']) => string): string {
  return `${cost.name} ${Number(cost.quantity)} ${cost.unit} × ¥${cost.price} ${paidBy(cost.paid_by)}`
}

/** Who pays how much in all, in whole cents at each line, in the order of the lines. */
export function sums(costs: readonly Cost[]): { readonly paidBy: Cost['paid_by']; readonly amount: string }[] {
  const cents = new Map<Cost['paid_by'], number>()
  for (const cost of costs) {
    const line = Math.round((Math.round(Number(cost.quantity) * MILLI) * Math.round(Number(cost.price) * 100)) / MILLI)
    cents.set(cost.paid_by, (cents.get(cost.paid_by) ?? 0) + line)
  }
  return [...cents].map(([paidBy, amount]) => ({ paidBy, amount: (amount / 100).toFixed(2) }))
}
