/** What waits at the canned desk, its plans, month and administration; a story short enough to look at every page. */
import type { AuditLine, CallBackDue, Certificate, Complaint, ComplaintDetail, ComplaintFigures, Duty, Holidays, OrderClock, PersonOfDuty, Plan, PlanOrder, Profile, Proposal, Room, ServiceLevels, ServiceReport, SiteTrade, SupplyNotice, User, WorkOrderDetail } from '../src/api/desk'
import type { WorkOrder } from '../src/api/types'
import { Administration } from './administration.ts'

const SITE = 'riverside'
const HOUR = 3600
const text = (zh: string, en: string) => ({ zh, en })
const TRADES: readonly (readonly [string, string, string, string])[] = [
  ['plumbing', '给排水', 'Plumbing', ''], ['electrical', '电气', 'Electrical', 'electrician'], ['elevator', '电梯', 'Elevators', 'elevator'], ['fire', '消防', 'Fire protection', 'fire_facility'],
  ['security', '安防弱电', 'Security systems', ''], ['hvac', '暖通空调', 'Air conditioning', ''], ['building', '土建装修', 'Building fabric', ''], ['mechanical', '机械', 'Mechanical', ''], ['general', '综合维修', 'General', ''],
]
const PROMISES: readonly (readonly [string, string, string, WorkOrder['class'] | '', 'arrive' | 'restore' | 'call_back', number])[] = [
  ['on_site', '报修后25分钟内到场', 'On site within 25 min', '', 'arrive', 1500], ['ordinary', '一般维修8小时内完成', 'Ordinary repair within 8 h', 'ordinary', 'restore', 8 * HOUR],
  ['hard', '较难维修72小时内完成', 'Hard repair within 72 h', 'hard', 'restore', 72 * HOUR], ['opinion', '维修后征求意见', 'Opinion asked after repair', '', 'call_back', 0],
]
const RULE = text('自报修起', 'From the report')

export class Service {
  readonly rooms: Room[]
  readonly complaints: ComplaintDetail[]
  readonly supply: SupplyNotice[]
  readonly users: User[]
  holidays: Holidays
  readonly administration: Administration
  private made = 0

  constructor(private readonly now: () => number) {
    const room = (number: string, place: string, occupant: string, contact: string): Room => ({ site: SITE, number, place, occupant, contact, note: '', updated_at: this.at(-HOUR) })
    this.rooms = [room('A-1201', 'a-12', 'Zhang', '138 0013 8000'), room('A-1202', 'a-12', 'Wang', '139 0013 9000'), room('B-301', 'b-3', 'Li', '137 0013 7000')]
    const complaint: Complaint = {
      id: 'complaint-7', site: SITE, number: 7, kind: 'noise', room: 'B-301', place: 'b-3', customer: 'Li', contact: '137 0013 7000', text: 'B-302 > 22:00', state: 'received', open: true, owner: 'zhang.wei', order_id: null, valid: null,
      received_at: this.at(-2 * HOUR), received_by: 'zhang.wei', due_at: this.at(6 * HOUR), answered_at: null, handled_at: null, updated_at: this.at(-2 * HOUR), answer: 'running',
    }
    this.complaints = [{ ...complaint, steps: [{ kind: 'received', at: complaint.received_at, by: 'zhang.wei', detail: 'noise', note: complaint.text }] }]
    this.supply = [{
      id: 'supply-3', site: SITE, number: 3, kind: 'water', planned: true, places: ['a-high'], equipment: ['pump-3', 'pump-4'], reason: 'DN100', starts_at: this.at(-HOUR), ends_at: this.at(2 * HOUR), restored_at: null, withdrawn_at: null,
      withdrawn_why: '', made_at: this.at(-24 * HOUR), made_by: 'zhang.wei', updated_at: this.at(-24 * HOUR), state: 'stopped',
    }]
    const user = (name: string, display_name: string, roles: User['roles'], disabled = false): User => ({ id: `user-${name}`, name, display_name, roles, disabled, created_at: this.at(-90 * 24 * HOUR) })
    this.users = [user('li.na', 'Li Na', { [SITE]: ['engineer'] }), user('lift.contractor', 'Riverside Lifts', { [SITE]: ['contractor'] }), user('wu.hao', '', { [SITE]: ['fire_operator'] }, true), user('zhang.wei', '张伟', { '*': ['admin'] })]
    this.administration = new Administration(this.at(-30 * 24 * HOUR))
    this.holidays = { today: this.day(0), holidays: [this.day(40), this.day(41)], working_days: [this.day(46)] }
  }

  at(seconds = 0): string {
    return new Date(this.now() + seconds * 1000).toISOString()
  }

  day(ahead: number): string {
    return this.at(ahead * 24 * HOUR).slice(0, 10)
  }

  clocks(order: WorkOrder): OrderClock[] {
    const reported = Date.parse(order.reported_at)
    return PROMISES.filter(([, , , only, clock]) => (!only || only === order.class) && (clock !== 'call_back' || order.side === 'customer')).map(([id, zh, en, , clock, seconds]) => {
      const stopped = clock === 'arrive' ? order.arrived_at : clock === 'restore' ? order.restored_at : order.called_back_at
      const elapsed = (Date.parse(stopped ?? this.at()) - reported) / 1000
      const due = seconds ? new Date(reported + seconds * 1000).toISOString() : null
      const broken = seconds > 0 && elapsed > seconds
      return {
        clock, promise: id, name: text(zh, en), rule: RULE, source: '物业服务承诺第六条 · Estate service promise, article 6', started_at: clock === 'call_back' ? order.restored_at : order.reported_at, stopped_at: stopped ?? null, elapsed: Math.max(0, elapsed), allowed: seconds || null,
        due_at: stopped ? null : due, verdict: broken ? 'broken' : stopped ? 'kept' : seconds ? 'running' : 'open',
      }
    })
  }

  detail(order: WorkOrder): WorkOrderDetail {
    const step = (kind: string, at: string | null, by: string, said = '') => (at ? [{ kind, at, recorded_at: at, by, detail: said, note: '' }] : [])
    return {
      ...order, contact: order.room ? '138 0013 8000' : '', customer: order.room ? 'Zhang' : '', profile: 'estate', evidence: [], costs: [], signatures: order.side === 'customer' && order.restored_at ? [{ name: 'Zhang', width: 600, height: 240, strokes: [[60, 150, 120, 60, 180, 170, 240, 80, 300, 150], [330, 120, 420, 90, 510, 130]], at: order.restored_at, by: order.assignee ?? 'li.na' }] : [], call_back: order.side === 'customer' && order.restored_at ? 'due' : 'none', clocks: this.clocks(order),
      checks: order.source === 'plan' ? [{ number: 1, item: 'pressure', name: text('出口压力', 'Discharge pressure'), equipment: 'pump-1', unit: 'MPa', low: 0.3, high: 0.6, passed: null, reading: null, note: '', at: null, by: '', made: null }] : [],
      steps: [...step('reported', order.reported_at, order.reported_by, order.class), ...step('dispatched', order.dispatched_at, 'zhang.wei', order.assignee ?? ''), ...step('accepted', order.accepted_at, order.assignee ?? ''), ...step('arrived', order.arrived_at, order.assignee ?? '', 'reader')],
    } as unknown as WorkOrderDetail
  }

  proposals(): Proposal[] {
    return [
      { person: 'li.na', why: 'rota', level: 3, load: 1, why_not: null, distance: 2 },
      { person: 'wu.hao', why: 'rota', level: null, load: 0, why_not: text('无电工证', 'has no electrician’s certificate'), distance: null },
    ]
  }

  callBacks(orders: readonly WorkOrder[]): CallBackDue[] {
    return orders.filter((order) => order.side === 'customer' && order.restored_at && !order.called_back_at).map((order) => ({ order, customer: 'Zhang', contact: '138 0013 8000', tries: 1 }))
  }

  find(q: string): Room[] {
    const key = q.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '')
    return this.rooms.filter((room) => room.number.replace('-', '').includes(key) || room.occupant.toUpperCase().includes(key))
  }

  complain(body: Partial<Complaint>): ComplaintDetail {
    const like = this.complaints[0] as ComplaintDetail
    const made = { ...like, ...body, id: `complaint-new-${++this.made}`, number: 7 + this.made, received_at: this.at() } as ComplaintDetail
    this.complaints.unshift(made)
    return made
  }

  trades(): SiteTrade[] {
    return TRADES.map(([id, zh, en, certificate]) => ({ shipped: true, trade: { id, name: text(zh, en), post: 'engineering', certificates: certificate ? [certificate] : [] } }))
  }

  plans(): Plan[] {
    const plan = (id: string, zh: string, en: string, equipment: string | null, days: number, trade: string): Plan => ({
      id, enabled: true, made: 3, next_at: this.at(days * 24 * HOUR), run_hours: null,
      plan: {
        site: SITE, equipment, place: equipment ? null : 'b1-pump-room', name: text(zh, en), class: 'ordinary', trade, within: 1, template: null, every: { kind: 'calendar', start: this.day(-30), at: '08:00:00', months: 0, days, ahead: 0 },
        checklist: [{ id: 'pressure', name: text('出口压力', 'Discharge pressure'), equipment: 'pump-1', unit: 'MPa', low: 0.3, high: 0.6 }, { id: 'noise', name: text('有无异响', 'Any strange noise'), equipment: null, unit: '', low: null, high: null }],
      },
    })
    return [plan('plan-round', '水泵房日巡检', 'Daily round of the pump room', null, 1, 'general'), plan('plan-lift', '电梯半月维保', 'Lift, every half month', 'lift-1', 15, 'elevator')]
  }

  planOrders(orders: readonly WorkOrder[]): PlanOrder[] {
    return [1, 2].map((number) => ({ number, order: orders[0]?.id ?? '', due_at: this.at((number - 3) * 24 * HOUR), made_at: this.at((number - 3) * 24 * HOUR), state: number === 1 ? 'closed' : 'restored', restored_at: this.at((number - 3) * 24 * HOUR + HOUR), until: this.at((number - 2) * 24 * HOUR), verdict: number === 1 ? 'kept' : 'late' }))
  }

  report(month: string, orders: readonly WorkOrder[]): ServiceReport {
    const turn = Number(month.slice(5)) % 4
    const lines = PROMISES.map(([id, zh, en, , clock, seconds], i) => {
      const cases = orders.map((order, at) => ({ id: order.id, number: order.number, round: 1, title: order.title, started_at: order.reported_at, elapsed: seconds ? (seconds * (at + i + turn)) / 4 : 600, allowed: seconds || null, verdict: at + i + turn > 4 ? ('broken' as const) : ('kept' as const) }))
      const kept = cases.filter((each) => each.verdict === 'kept').length
      const target = seconds ? { kind: 'within' as const, seconds, working: false } : { kind: 'share' as const }
      return { promise: id, name: text(zh, en), clock, target, share: 1, source: '物业服务承诺第六条 · Estate service promise, article 6', kept, judged: cases.length, value: cases.length ? kept / cases.length : null, met: kept === cases.length, cases }
    })
    return { site: SITE, month, from: this.at(-20 * 24 * HOUR), to: this.at(10 * 24 * HOUR), profile: 'estate', name: text('物业服务承诺', 'Estate promise'), lines } as ServiceReport
  }

  complaintFigures(month: string): ComplaintFigures {
    const cases = this.complaints.map((each) => ({ id: each.id, number: each.number, kind: each.kind, received_at: each.received_at, kept: each.answered_at ? true : null }))
    const name = { answered: text('投诉当日有回音', 'Complaints answered the same day'), handled: text('有效投诉办结率>80%', 'Over 80 % of valid complaints handled') }
    return { site: SITE, month, received: cases.length, figures: (['answered', 'handled'] as const).map((id) => ({ id, name: name[id], source: '物业服务承诺第六条 · Estate service promise, article 6', share: id === 'answered' ? 1 : 0.8, kept: 0, judged: 0, value: null, met: null, cases })) }
  }

  levels(): ServiceLevels {
    const promises: Profile['promises'] = PROMISES.map(([id, zh, en, only, clock, seconds]) => ({
      id, name: text(zh, en), clock, classes: only ? [only] : [], sides: clock === 'call_back' ? ['customer'] : [], faults: [], share: 1, source: '物业服务承诺第六条 · Estate service promise, article 6', target: seconds ? { kind: 'within', seconds, working: false } : { kind: 'share' },
    }))
    const profiles: Profile[] = [{ id: 'estate', name: text('物业服务承诺', 'Estate promise'), promises }, { id: 'grade_three', name: text('公共服务等级标准三级', 'Public service standard, grade three'), promises: promises.slice(3) }, ...this.administration.profiles.values()]
    return { terms: { profile: 'estate', hold: 600, again_within: 7, trapped_within: 1800, call_back_share: null, calendars: [] }, profiles }
  }

  people(): PersonOfDuty[] {
    const paper = (person: string, kind: string, zh: string, en: string, days: number): Certificate => ({ id: `paper-${person}-${kind}`, site: SITE, person, kind, name: text(zh, en), number: 'T-4401', issued_on: this.day(-700), expires_on: this.day(days), days_left: days, valid: days >= 0 })
    return [
      { site: SITE, person: 'li.na', posts: ['engineering'], skills: [{ trade: 'plumbing', level: 3 }, { trade: 'electrical', level: 2 }], certificates: [paper('li.na', 'electrician', '电工证', 'Electrician', 24)] },
      { site: SITE, person: 'zhang.wei', posts: ['control_room'], skills: [], certificates: [paper('zhang.wei', 'fire_facility', '消防设施操作员证', 'Fire facility operator', -3)] },
    ]
  }

  rota(): Duty[] {
    const start = Math.floor(this.now() / 1000 / (24 * HOUR)) * 24 * HOUR - this.now() / 1000
    return [0, 1, 2, 3].flatMap((day) => [
      { id: `line-${day}-1`, site: SITE, post: 'control_room', person: 'zhang.wei', from: this.at(start + day * 24 * HOUR), to: this.at(start + (day * 24 + 8) * HOUR) },
      { id: `line-${day}-2`, site: SITE, post: 'engineering', person: 'li.na', from: this.at(start + (day * 24 + 1) * HOUR), to: this.at(start + (day * 24 + 9) * HOUR) },
    ])
  }

  audit(): AuditLine[] {
    return ['order.dispatch', 'user.change', 'rota.add'].map((action, i) => ({ id: 3 - i, at: this.at(-i * HOUR), site: SITE, by_kind: 'user', by: 'zhang.wei', action, target: `target-${i}`, outcome: 'done', detail: 'li.na' }))
  }
}
