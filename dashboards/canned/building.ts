/** The canned building: dummy-data/ moved to now, alive enough for every page. */
import { readFileSync } from 'node:fs'
import type { Alarm, AlarmDetail, EquipmentDetail, Gateway, PointValue, Session, Site, Values, WorkOrder } from '../src/api/types'

/** The moment at which dummy-data was written (scripts/dummy_data.py). */
const WRITTEN = Date.parse('2026-11-20T07:30:00Z')
const REFRESH = 10_000
const TIME = /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)"/g

function load<T>(name: string, shift: number): T[] {
  const text = readFileSync(new URL(`../dummy-data/${name}.json`, import.meta.url), 'utf8')
  return JSON.parse(text.replace(TIME, (_, at: string) => JSON.stringify(new Date(Date.parse(at) + shift).toISOString()))) as T[]
}

type Changing<T> = { -readonly [K in keyof T]: T[K] }

export class Building {
  session: Session
  readonly sites: Site[]
  readonly gateways: Gateway[]
  readonly equipment: EquipmentDetail[]
  readonly points: Changing<PointValue>[]
  readonly alarms: Map<string, AlarmDetail>
  readonly orders: WorkOrder[]
  private beat = 0
  /** The gateway died and nobody has noticed: nothing is said any more. */
  silent = false

  constructor(private readonly now: () => number = Date.now) {
    const shift = now() - WRITTEN
    this.session = load<Session>('session', shift)[0] as Session
    this.sites = load('sites', shift)
    this.gateways = load('gateways', shift)
    this.equipment = load('equipment', shift)
    this.points = load('points', shift)
    for (const [i, point] of this.points.entries()) if (point.quality === 'good' && point.at) point.at = new Date(now() - (i % 8) * 1000).toISOString()
    this.alarms = new Map(load<AlarmDetail>('alarms', shift).map((alarm) => [alarm.id, alarm]))
    this.orders = load('work-orders', shift)
  }

  get at(): string {
    return new Date(this.now()).toISOString()
  }

  listAlarms(open: boolean): Alarm[] {
    const all = [...this.alarms.values()].filter((alarm) => !open || alarm.state !== 'normal')
    return all.sort((a, b) => b.raised_at.localeCompare(a.raised_at))
  }

  acknowledge(id: string, by: string): AlarmDetail | null {
    const alarm = this.alarms.get(id)
    if (!alarm) return null
    const response = { ...alarm.response, acknowledged_at: this.at, acknowledged_by: by }
    const states = { unacknowledged: 'acknowledged', latched_unacknowledged: 'latched_acknowledged', rtn_unacknowledged: 'normal' } as const
    const state = states[alarm.state as keyof typeof states] ?? alarm.state
    const step = { kind: 'acknowledged', at: this.at, recorded_at: this.at, by, detail: '' }
    const changed = { ...alarm, response, state, updated_at: this.at, history: [...alarm.history, step] }
    this.alarms.set(id, changed)
    return changed
  }

  /** A copy of a known alarm, raised just now under another id, with what differs. */
  raise(like: string, id: string, changes: Partial<AlarmDetail> = {}): AlarmDetail | null {
    const known = this.alarms.get(like)
    if (!known) return null
    const response = { ...known.response, acknowledged_at: null, acknowledged_by: null }
    const raised: AlarmDetail = {
      ...known, id, response, state: 'unacknowledged', detection: 'active', raised_at: this.at, received_at: this.at, updated_at: this.at, history: [], ...changes,
    }
    this.alarms.set(id, raised)
    return raised
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
