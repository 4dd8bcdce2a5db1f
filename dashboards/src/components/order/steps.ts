/** What may be done to an order now (cloud/work_orders/machine.py), and what each step asks for. */
import type { Permission, WorkOrder } from '@/api/types'

export interface Asked {
  readonly name: string
  readonly kind: 'text' | 'choice' | 'flag'
  readonly required: boolean
  readonly choices?: readonly string[]
}

export interface Step {
  /** The path's last word. */
  readonly word: string
  readonly fields: readonly Asked[]
}

type State = WorkOrder['state']
type May = (permission: Permission) => boolean

const UNDER_WAY: readonly State[] = ['reported', 'reopened', 'dispatched', 'accepted', 'on_site']
const REPAIRED: readonly State[] = ['restored', 'verified']
const text = (name: string, required = true): Asked => ({ name, kind: 'text', required })
const choice = (name: string, choices: readonly string[]): Asked => ({ name, kind: 'choice', required: true, choices })
export const CLASSES = ['urgent', 'ordinary', 'hard', 'small'] as const
const PAUSES = ['parts', 'access_refused', 'appointment'] as const
const WAYS = ['on_site', 'telephone'] as const

/** The steps in the order in which they come up; dispatch has a form of its own. */
export function offered(order: WorkOrder, me: string, may: May): Step[] {
  const at = (...states: readonly State[]) => states.includes(order.state)
  const mine = order.assignee === me && may('order:work')
  const desk = may('order:dispatch')
  const running = at(...UNDER_WAY)
  const steps: readonly (readonly [boolean, Step])[] = [
    [mine && at('dispatched'), { word: 'accept', fields: [] }],
    [mine && at('accepted'), { word: 'arrive', fields: [] }],
    [mine && at('on_site'), { word: 'restore', fields: [text('note', false)] }],
    [mine && at('dispatched', 'accepted'), { word: 'decline', fields: [text('reason')] }],
    [may('order:verify') && at('restored'), { word: 'verify', fields: [text('note', false)] }],
    [desk && at(...REPAIRED, 'closed') && order.side === 'customer' && !order.called_back_at, { word: 'call-back', fields: [choice('reached', ['yes', 'no']), choice('satisfied', ['yes', 'no', 'unsaid']), text('opinion', false)] }],
    [desk && at('verified'), { word: 'close', fields: [choice('confirmed', WAYS), text('note', false)] }],
    [may('order:verify') && at(...REPAIRED), { word: 'refuse-work', fields: [text('reason')] }],
    [may('order:supervise') && at('on_site') && !mine, { word: 'accept-unproved', fields: [text('reason')] }],
    [(mine || desk) && at('paused'), { word: 'resume', fields: [] }],
    [(mine || desk) && running, { word: 'pause', fields: [choice('reason', PAUSES), text('note')] }],
    [desk && (running || at('paused')), { word: 'class', fields: [choice('class', CLASSES.filter((each) => each !== order.class)), text('reason')] }],
    [desk && (running || at('paused')) && (order.source !== 'alarm' || may('order:supervise')), { word: 'cancel', fields: [text('reason')] }],
  ]
  return steps.filter(([open]) => open).map(([, step]) => step)
}

/** Whether it can be given to somebody now. */
export const dispatchable = (order: WorkOrder): boolean => UNDER_WAY.includes(order.state)

/** What a step asks for, as far as it is filled in: who was not reached said nothing. */
export const asks = (step: Step, filled: Readonly<Record<string, string>>): readonly Asked[] =>
  step.fields.filter((field) => field.name !== 'satisfied' || filled.reached === 'yes')

/** Whether something must still be written or chosen. */
export const missing = (step: Step, filled: Readonly<Record<string, string>>): boolean => asks(step, filled).some((field) => field.required && !filled[field.name]?.trim())

/** The body of a step from what was filled in. */
export function bodyOf(step: Step, filled: Readonly<Record<string, string>>): Record<string, unknown> {
  if (step.word === 'call-back') {
    const told = { yes: true, no: false } as Readonly<Record<string, boolean | undefined>>
    const reached = filled.reached === 'yes'
    return { reached, satisfied: reached ? (told[filled.satisfied ?? ''] ?? null) : null, opinion: filled.opinion ?? '' }
  }
  return Object.fromEntries(step.fields.map((field) => [field.name, filled[field.name] ?? '']))
}
