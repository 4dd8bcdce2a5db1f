/** The canned building: dummy-data/ moved to now, alive enough for every page. */
import { readFileSync } from 'node:fs'
import { answered, stepped } from './answering.ts'
import { Desk } from './desk.ts'
import { fireChanges, FireProcedure, linkage } from './fire.ts'
import { EnergyMoney } from './energy_money.ts'
import { EnergySetup } from './energy_setup.ts'
import { Service } from './service.ts'
import { Notification } from './notification.ts'
import { Views } from './views.ts'
import type { Alarm, AlarmDetail, AskedOrder, AskedRepair, EquipmentDetail, Gateway, GivenInstruction, Linkage, PointValue, Session, Site, Values, WorkOrder } from '../src/api/types'

/** The moment at which dummy-data was written (scripts/dummy_data.py). */
const WRITTEN = Date.parse('2026-11-20T07:30:00Z')
const REFRESH = 10_000
const TIME = /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)"/g

function load<T>(name: string, shift: number): T[] {
  const text = readFileSync(new URL(`../dummy-data/${name}.json`, import.meta.url), 'utf8')
  return JSON.parse(text.replace(TIME, (_, at: string) => JSON.stringify(new Date(Date.parse(at) + shift).toISOString()))) as T[]
}

/** Besides an operator's: what the head and the administrator may, so that every form is there. */
const HEAD = ['notification:manage', 'user:manage', 'duty:manage', 'site:manage', 'order:report', 'order:dispatch', 'order:verify', 'order:supervise', 'order:work', 'service:manage', 'audit:read', 'instruction:give'] as const

type Changing<T> = { -readonly [K in keyof T]: T[K] }

export class Building {
  session: Session
  readonly sites: Site[]
  readonly gateways: Gateway[]
  readonly equipment: EquipmentDetail[]
  readonly points: Changing<PointValue>[]
  readonly alarms: Map<string, AlarmDetail>
  readonly orders: WorkOrder[]
  readonly notification: Notification
  readonly desk: Desk
  readonly views: Views
  readonly service: Service
  readonly energyMoney: EnergyMoney
  readonly energySetup: EnergySetup
  linkage: Linkage | null = null
  private readonly procedures = new Map<string, FireProcedure>()
  private beat = 0
  /** The gateway died and nobody has noticed: nothing is said any more. */
  silent = false

  constructor(private readonly now: () => number = Date.now) {
    const shift = now() - WRITTEN
    const session = load<Session>('session', shift)[0] as Session
    const held = Object.entries(session.permissions).map(([site, may]) => [site, [...may, ...HEAD]] as const)
    this.session = { ...session, permissions: Object.fromEntries(held) }
    this.sites = load('sites', shift)
    this.gateways = load('gateways', shift)
    this.equipment = load('equipment', shift)
    this.points = load('points', shift)
    for (const [i, point] of this.points.entries()) if (point.quality === 'good' && point.at) point.at = new Date(now() - (i % 8) * 1000).toISOString()
    this.alarms = new Map(load<AlarmDetail>('alarms', shift).map((alarm) => [alarm.id, alarm]))
    this.orders = load('work-orders', shift)
    this.notification = new Notification(now)
    this.desk = new Desk(now)
    this.views = new Views(now)
    this.service = new Service(now)
    this.energyMoney = new EnergyMoney(now)
    this.energySetup = new EnergySetup(now)
    this.stock()
  }

  get at(): string {
    return new Date(this.now()).toISOString()
  }

  listAlarms(open: boolean): Alarm[] {
    const all = [...this.alarms.values()].filter((alarm) => !open || alarm.state !== 'normal' || (alarm.response.must_close && !alarm.response.closed_at))
    return all.sort((a, b) => b.raised_at.localeCompare(a.raised_at))
  }

  /** Null where there is no such alarm; throws Refused. */
  answer(id: string, kind: Parameters<typeof answered>[1], body: Readonly<Record<string, unknown>>, by = this.session.name): AlarmDetail | null {
    const alarm = this.alarms.get(id)
    if (!alarm) return null
    const changed = answered(alarm, kind, body, { name: by, head: this.may('alarm:decide') }, this.at)
    this.alarms.set(id, changed)
    if (changed.response.confirmed_outcome && this.procedures.has(id)) this.linkage = linkage(changed.site, Date.parse(changed.raised_at), this.now() - 25_000, changed.drill)
    return changed
  }

  /** A fire on the third floor, and the checklist of its zone. */
  fire(drill: boolean): AlarmDetail | null {
    const response = { must_close: !drill, escalates_at: new Date(this.now() + 60_000).toISOString() } as AlarmDetail['response']
    const raised = this.raise('alarm-fire-panel-fault', 'alarm-fire', { ...fireChanges(drill), last_raised_at: this.at, response })
    if (!raised) return null
    this.procedures.set(raised.id, new FireProcedure(raised))
    this.linkage = linkage(raised.site, this.now(), drill ? this.now() - 25_000 : null, drill)
    return raised
  }

  /** Only drills: on, it has its checklist; off, it is closed. */
  instruct(gateway: string, asked: GivenInstruction['arguments'], reason: string): GivenInstruction {
    if (asked.kind === 'drill') {
      const before = this.linkage
      if (asked.on) this.linkage = { ...linkage(this.sites[0]?.id ?? '', this.now(), asked.at_once ? this.now() : null, true), zone: asked.zone }
      else if (before) this.linkage = { ...before, state: 'closed', closed_at: this.at, close_reason: 'drill_ended' }
    }
    return this.desk.instruct(gateway, asked, reason, this.session.name)
  }

  order(id: string, asked: AskedOrder): WorkOrder | null {
    const alarm = this.alarms.get(id)
    const [like] = this.orders
    if (!alarm || !like) return null
    const title = { zh: `${alarm.equipment_name.zh}:${alarm.name.zh}`, en: `${alarm.equipment_name.en}: ${alarm.name.en}` }
    const number = Math.max(...this.orders.map((each) => each.number)) + 1
    const made: WorkOrder = {
      ...like, id: `order-${number}`, number, title, equipment: alarm.equipment, place: alarm.place, class: asked.class ?? 'ordinary', trade: asked.trade, state: 'reported', open: true,
      assignee: null, source: 'person', reported_by: this.session.name, reported_at: this.at, occurred_at: alarm.raised_at, dispatched_at: null, accepted_at: null, arrived_at: null,
      restored_at: null, verified_at: null, closed_at: null, device_normal_at: null, updated_at: this.at,
    }
    this.orders.push(made)
    this.alarms.set(id, { ...alarm, work_order: made.id })
    return made
  }

  /** 报修 without an alarm. */
  repair({ equipment, text, trade, class: kind }: AskedRepair): WorkOrder | null {
    const [like] = this.orders
    const of = this.equipment.find((each) => each.id === equipment)
    if (!like || !of) return null
    const number = Math.max(...this.orders.map((each) => each.number)) + 1
    const made: WorkOrder = {
      ...like, id: `order-${number}`, number, title: { zh: text, en: text }, equipment: of.id, place: of.place, class: kind ?? 'ordinary', trade, state: 'reported', open: true, assignee: null, source: 'person',
      reported_by: this.session.name, reported_at: this.at, occurred_at: this.at, dispatched_at: null, accepted_at: null, arrived_at: null, restored_at: null, verified_at: null, closed_at: null, device_normal_at: null, updated_at: this.at,
    }
    this.orders.push(made)
    return made
  }

  /** Beside the devices' orders: customers' in every state, and one of a plan. */
  private stock(): void {
    for (const [i, order] of this.orders.entries()) this.orders[i] = { ...order, side: 'device', due_at: new Date(Date.parse(order.reported_at) + (i + 1) * 1_500_000).toISOString(), round: 1, assignee: order.dispatched_at ? 'li.na' : null, room: null }
    const ago = (minutes: number) => new Date(this.now() - minutes * 60_000).toISOString()
    const tap = this.report('A-1201 0.5 L', 'small', 'plumbing', 'A-1201', 'a-12')
    this.change(tap.id, { state: 'restored', assignee: 'li.na', reported_at: ago(180), dispatched_at: ago(178), accepted_at: ago(176), arrived_at: ago(160), restored_at: ago(130), arrival: 'reader', proof: 'person' })
    const light = this.report('B-301 LED', 'ordinary', 'electrical', 'B-301', 'b-3')
    this.change(light.id, { state: 'on_site', assignee: 'li.na', reported_at: ago(50), dispatched_at: ago(48), accepted_at: ago(45), arrived_at: ago(20), arrival: 'self', due_at: ago(-430) })
    const door = this.report('A-1202 #3', 'ordinary', 'building', 'A-1202', 'a-12')
    this.change(door.id, { state: 'paused', assignee: 'wu.hao', reported_at: ago(300), due_at: null })
  }

  report(text: string, of: WorkOrder['class'], trade: string, room: string | null, place: string | null): WorkOrder {
    const like = this.orders[0] as WorkOrder
    const number = Math.max(...this.orders.map((each) => each.number)) + 1
    const made: WorkOrder = {
      ...like, id: `order-${number}`, number, title: { zh: text, en: text }, equipment: null, place: place ?? this.service.rooms.find((each) => each.number === room)?.place ?? null, fault: null, class: of, trade, state: 'reported', open: true, assignee: null,
      source: 'person', side: 'customer', room, owner: 'engineering', reported_by: this.session.name, reported_at: this.at, occurred_at: this.at, due_at: new Date(this.now() + 1_500_000).toISOString(), dispatched_at: null, accepted_at: null, arrived_at: null,
      restored_at: null, verified_at: null, closed_at: null, device_normal_at: null, called_back_at: null, claimed_at: null, arrival: null, proof: null, round: 1, updated_at: this.at,
    }
    this.orders.push(made)
    return made
  }

  change(id: string, changes: Partial<WorkOrder>): WorkOrder | null {
    const at = this.orders.findIndex((each) => each.id === id)
    const before = this.orders[at]
    return before ? (this.orders[at] = { ...before, ...changes, updated_at: this.at }) : null
  }

  dispatch(id: string, to: string): WorkOrder | null {
    const at = this.orders.findIndex((each) => each.id === id)
    const before = this.orders[at]
    if (!before) return null
    const given: WorkOrder = { ...before, state: 'dispatched', assignee: to, dispatched_at: this.at, updated_at: this.at }
    this.orders[at] = given
    return given
  }

  procedure(id: string): FireProcedure | undefined {
    const alarm = this.alarms.get(id)
    if (alarm && alarm.class === 'life_safety' && alarm.system === 'fire' && !this.procedures.has(id)) this.procedures.set(id, new FireProcedure(alarm))
    return this.procedures.get(id)
  }

  /** The fire panel itself was reset: what it detected is latched here until somebody resets it. */
  panelReset(id: string): AlarmDetail | null {
    const alarm = this.alarms.get(id)
    if (!alarm) return null
    const state = alarm.response.acknowledged_at ? 'latched_acknowledged' : 'latched_unacknowledged'
    this.alarms.set(id, { ...alarm, state, detection: 'latched', response: { ...alarm.response, reset_seen_at: this.at } })
    return this.step(id, 'updated', 'latched', alarm.gateway) ?? null
  }

  step(id: string, kind: string, detail: string, by = this.session.name): AlarmDetail | undefined {
    const alarm = this.alarms.get(id)
    if (alarm) this.alarms.set(id, stepped(alarm, kind, detail, by, this.at))
    return this.alarms.get(id)
  }

  /** A copy of a known alarm, raised just now under another id, with what differs. */
  raise(like: string, id: string, changes: Partial<AlarmDetail> = {}): AlarmDetail | null {
    const known = this.alarms.get(like)
    if (!known) return null
    const { response: answers, ...others } = changes
    const response = { ...known.response, acknowledged_at: null, acknowledged_by: null, sounding: true, sounded_at: this.at, ...answers }
    const raised: AlarmDetail = {
      ...known, id, response, state: 'unacknowledged', detection: 'active', raised_at: this.at, received_at: this.at, updated_at: this.at, history: [], ...others,
    }
    this.alarms.set(id, stepped(raised, 'raised', '', raised.gateway, raised.raised_at))
    return raised
  }

  /** Many alarms at once, of every priority, all over the building. */
  flood(count: number): Alarm[] {
    const like = [...this.alarms.values()]
    return Array.from({ length: count }, (_, i) => this.raise(like[i % like.length]?.id ?? '', `alarm-flood-${i}`)).filter((alarm) => alarm !== null)
  }

  /** It is over, and nobody needs to look at it any more. */
  ended(id: string): AlarmDetail | null {
    const alarm = this.alarms.get(id)
    if (!alarm) return null
    const over: AlarmDetail = { ...alarm, state: 'normal', detection: 'cleared', updated_at: this.at }
    this.alarms.delete(id)
    return over
  }

  /** This person may no more: what the cloud then refuses. */
  forbid(permission: string): void {
    const held = Object.entries(this.session.permissions).map(([site, may]) => [site, may.filter((each) => each !== permission)] as const)
    this.session = { ...this.session, permissions: Object.fromEntries(held) }
  }

  may(permission: string): boolean {
    return Object.values(this.session.permissions).some((may) => may.includes(permission as never))
  }

  /** A second goes by: a third of the measurements move a little, counters rise; what did not change is said again after 10 s. */
  tick(): Values {
    if (this.silent) return this.values([])
    this.beat += 1
    const moved = this.points.filter((point, i) => point.value !== null && point.unit !== 's' && (point.kind === 'measurement' || point.kind === 'counter') && (i + this.beat) % 3 === 0)
    for (const point of moved) {
      if (point.value === null || point.value === 0) continue
      const size = Math.abs(point.value)
      point.value = point.kind === 'counter' ? point.value + size * 1e-6 : point.value + size * 0.004 * Math.sin(this.beat * 1.7 + size)
      point.at = this.at
    }
    const again = this.points.filter((point) => point.quality === 'good' && point.at && this.now() - Date.parse(point.at) > REFRESH)
    for (const point of again) point.at = this.at
    return this.values([...new Set([...moved, ...again])])
  }

  values(points: readonly PointValue[] = this.points): Values {
    return {
      site: this.sites[0]?.id ?? '',
      points: points.map((point) => point.id),
      values: points.map((point) => point.value),
      qualities: points.map((point) => ['good', 'uncertain', 'bad'].indexOf(point.quality)),
      reasons: points.map((point) => (point.quality === 'good' ? 0 : point.reason === 'timeout' ? 1 : 10)),
      times: points.map((point) => (point.at ? Date.parse(point.at) * 1e6 : 0)),
    }
  }
}
