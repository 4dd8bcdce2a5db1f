/** The columns of the board, in the order of an order's life, and which order is where. */
import type { WorkOrder } from '@/api/types'

export const GROUPS = ['waiting', 'given', 'on_site', 'paused', 'repaired'] as const
export type Group = (typeof GROUPS)[number]

const OF: Readonly<Partial<Record<WorkOrder['state'], Group>>> = {
  reported: 'waiting', reopened: 'waiting', dispatched: 'given', accepted: 'given', on_site: 'on_site', paused: 'paused', restored: 'repaired', verified: 'repaired',
}

export const groupOf = (order: WorkOrder): Group | null => OF[order.state] ?? null

/** What breaks first on top; what promises nothing below, the oldest first. */
export function soonestFirst(a: WorkOrder, b: WorkOrder): number {
  const [x, y] = [a.due_at ? Date.parse(a.due_at) : Infinity, b.due_at ? Date.parse(b.due_at) : Infinity]
  return (x === y ? 0 : x - y) || Date.parse(a.reported_at) - Date.parse(b.reported_at)
}

export interface Wanted {
  readonly text: string
  readonly trade: string
  readonly class: string
  readonly assignee: string
  readonly overdue: boolean
}

export const EVERYTHING: Wanted = { text: '', trade: '', class: '', assignee: '', overdue: false }

/** Whether an order is looked for; `words` are all that its card shows. */
export function matches(order: WorkOrder, wanted: Wanted, now: number, words: readonly string[]): boolean {
  if (wanted.trade && order.trade !== wanted.trade) return false
  if (wanted.class && order.class !== wanted.class) return false
  if (wanted.assignee && order.assignee !== wanted.assignee) return false
  if (wanted.overdue && !(order.open && order.due_at && Date.parse(order.due_at) < now)) return false
  const text = wanted.text.trim().toLowerCase()
  return !text || words.some((word) => word.toLowerCase().includes(text))
}
