/** The month's promises in one form, whether of orders, complaints or plans: value, target, cases. */
import type { ComplaintFigures, Compliance, ServiceReport } from '@/api/desk'
import type { BothLanguages } from '@/i18n/language'

export interface Case {
  readonly id: string
  readonly number: number
  readonly kind: 'order' | 'complaint' | 'plan'
  readonly title: BothLanguages | null
  readonly word: string
  readonly at: string
  readonly verdict: string
  readonly elapsed: number | null
  readonly allowed: number | null
}

export interface Figure {
  readonly id: string
  readonly name: BothLanguages
  readonly source: string
  readonly share: number
  readonly kept: number
  readonly judged: number
  readonly value: number | null
  readonly met: boolean | null
  readonly cases: readonly Case[]
}

export const ofOrders = (report: ServiceReport): Figure[] =>
  report.lines.map((line) => ({
    ...line, id: line.promise,
    cases: line.cases.map((each) => ({ id: each.id, number: each.number, kind: 'order', title: each.title, word: '', at: each.started_at, verdict: each.verdict, elapsed: each.elapsed, allowed: each.allowed })),
  }))

export const ofComplaints = (found: ComplaintFigures): Figure[] =>
  found.figures.map((figure) => ({
    ...figure, id: `complaint-${figure.id}`,
    cases: figure.cases.map((each) => ({ id: each.id, number: each.number, kind: 'complaint', title: null, word: each.kind, at: each.received_at, verdict: each.kept === null ? (figure.id === 'handled' ? 'unjudged' : 'running') : each.kept ? 'kept' : 'broken', elapsed: null, allowed: null })),
  }))

/** 计划完成率, all plans together; each plan's occurrences are on the page of plans. */
export const ofPlans = (found: Compliance, name: BothLanguages): Figure => ({
  id: 'plans', name, source: '', share: 1, kept: found.kept, judged: found.plans.reduce((sum, plan) => sum + plan.due - plan.open, 0), value: found.value, met: found.value === null ? null : found.value >= 1,
  cases: found.plans.map((plan, i) => ({ id: plan.plan, number: i + 1, kind: 'plan', title: plan.name, word: '', at: '', verdict: plan.late || plan.overdue ? 'broken' : plan.open ? 'running' : 'kept', elapsed: plan.kept, allowed: plan.due })),
})

const SORT: Readonly<Record<string, number>> = { broken: 0, at_risk: 1, running: 2, open: 2, unjudged: 2, paused: 3, kept: 4, dropped: 5 }
export const worstFirst = (cases: readonly Case[]) => [...cases].sort((a, b) => (SORT[a.verdict] ?? 3) - (SORT[b.verdict] ?? 3) || a.number - b.number)
