import { describe, expect, it } from 'vitest'
import type { Permission, WorkOrder } from '@/api/types'
import { EVERYTHING, matches, soonestFirst } from './groups'
import { bodyOf, dispatchable, offered } from './steps'

const order = (changes: Partial<WorkOrder>) => ({ state: 'reported', side: 'device', source: 'person', class: 'ordinary', open: true, assignee: null, due_at: null, called_back_at: null, trade: 'plumbing', reported_at: '2026-11-20T07:00:00Z', ...changes }) as WorkOrder
const words = (changes: Partial<WorkOrder>, ...may: Permission[]) => offered(order(changes), 'wu', (each) => may.includes(each)).map((step) => step.word)

describe('the steps of an order', () => {
  it('are the worker’s only on what is theirs', () => {
    expect(words({ state: 'dispatched', assignee: 'wu' }, 'order:work')).toEqual(['accept', 'decline', 'pause'])
    expect(words({ state: 'accepted', assignee: 'wu' }, 'order:work')).toEqual(['arrive', 'decline', 'pause'])
    expect(words({ state: 'on_site', assignee: 'wu' }, 'order:work')).toEqual(['restore', 'pause'])
    expect(words({ state: 'dispatched', assignee: 'li' }, 'order:work')).toEqual([])
    expect(words({ state: 'paused', assignee: 'wu' }, 'order:work')).toEqual(['resume'])
  })

  it('are the desk’s from the report to the end', () => {
    expect(words({}, 'order:dispatch')).toEqual(['pause', 'class', 'cancel'])
    expect(words({ state: 'restored', side: 'customer' }, 'order:dispatch', 'order:verify')).toEqual(['verify', 'call-back', 'refuse-work'])
    expect(words({ state: 'verified', side: 'customer', called_back_at: 'x' }, 'order:dispatch')).toEqual(['close'])
    expect(words({ state: 'closed' }, 'order:dispatch', 'order:verify', 'order:supervise')).toEqual([])
  })

  it('leave what a device asked for to a supervisor', () => {
    expect(words({ source: 'alarm' }, 'order:dispatch')).not.toContain('cancel')
    expect(words({ source: 'alarm' }, 'order:dispatch', 'order:supervise')).toContain('cancel')
    expect(words({ state: 'on_site', assignee: 'li' }, 'order:supervise')).toEqual(['accept-unproved'])
    expect(words({ state: 'on_site', assignee: 'wu' }, 'order:supervise', 'order:work')).not.toContain('accept-unproved')
  })

  it('can be given to somebody only before the repair', () => {
    expect((['reported', 'reopened', 'on_site', 'paused', 'restored', 'closed'] as const).map((state) => dispatchable(order({ state })))).toEqual([true, true, true, false, false, false])
  })

  it('say of a customer nobody reached no opinion', () => {
    const step = offered(order({ state: 'restored', side: 'customer' }), 'wu', () => true).find((each) => each.word === 'call-back')!
    expect(bodyOf(step, { reached: 'no', satisfied: 'yes' })).toEqual({ reached: false, satisfied: null, opinion: '' })
    expect(bodyOf(step, { reached: 'yes', satisfied: 'unsaid', opinion: 'x' })).toEqual({ reached: true, satisfied: null, opinion: 'x' })
  })
})

describe('the board', () => {
  it('has on top what breaks first', () => {
    const [a, b, c] = [order({ due_at: '2026-11-20T08:00:00Z' }), order({}), order({ due_at: '2026-11-20T07:30:00Z' })] as const
    expect([a, b, c].sort(soonestFirst)).toEqual([c, a, b])
  })

  it('finds by words, trade and what is over', () => {
    const late = order({ due_at: '2026-11-20T08:00:00Z' })
    const at = Date.parse('2026-11-20T09:00:00Z')
    expect(matches(late, { ...EVERYTHING, overdue: true }, at, [])).toBe(true)
    expect(matches({ ...late, open: false }, { ...EVERYTHING, overdue: true }, at, [])).toBe(false)
    expect(matches(late, { ...EVERYTHING, trade: 'fire' }, at, [])).toBe(false)
    expect(matches(late, { ...EVERYTHING, text: ' Tap' }, at, ['A tap leaks'])).toBe(true)
  })
})
