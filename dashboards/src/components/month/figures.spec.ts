import { expect, it } from 'vitest'
import type { ComplaintFigures, Compliance } from '@/api/desk'
import { ofComplaints, ofPlans, worstFirst, type Case } from './figures'

const one = (number: number, verdict: string) => ({ number, verdict }) as Case

it('shows the broken ones first', () => {
  expect(worstFirst([one(1, 'kept'), one(3, 'broken'), one(2, 'broken'), one(4, 'running')]).map((each) => each.number)).toEqual([2, 3, 4, 1])
})

it('says of a complaint that nobody judged that it is open, not missed', () => {
  const cases = [{ id: 'a', number: 1, kind: 'noise', received_at: '', kept: null }]
  const found = ofComplaints({ figures: [{ id: 'answered', cases }, { id: 'handled', cases }] } as unknown as ComplaintFigures)
  expect(found.flatMap((figure) => figure.cases.map((each) => each.verdict))).toEqual(['running', 'unjudged'])
})

it('counts plans by what is settled', () => {
  const plans = [{ plan: 'a', name: { zh: 'a', en: 'a' }, due: 3, kept: 2, late: 0, overdue: 0, open: 1, dropped: 0 }, { plan: 'b', name: { zh: 'b', en: 'b' }, due: 1, kept: 0, late: 1, overdue: 0, open: 0, dropped: 0 }]
  const figure = ofPlans({ due: 4, kept: 2, value: 2 / 3, plans } as unknown as Compliance, { zh: 'x', en: 'x' })
  expect([figure.kept, figure.judged, figure.met, figure.cases.map((each) => each.verdict)]).toEqual([2, 3, false, ['running', 'broken']])
})
