/** What engineers look at besides alarms: systems, portfolio, rules with the room that is left, wire, plans. */
import type { Alarm, Asset, BlindEquipment, Compliance, EquipmentDetail, LiveLimit, MaintenanceCalendar, PointStatistics, PointValue, Rule, RuleStanding, SiteStanding, SystemRow, Tick, Wire } from '../src/api/types'
import type { Building } from './building.ts'
import { series } from './series.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const iso = (at: number) => new Date(at).toISOString()
const ROWS = [
  ['fire', '消防', 'Fire and fire water', ['fire', 'fire_water']], ['elevators', '电梯', 'Elevators', ['elevators']], ['water', '给水', 'Water supply', ['water']],
  ['drainage', '排水', 'Drainage', ['drainage']], ['power', '供配电', 'Power', ['power']], ['hvac', '暖通空调', 'HVAC', ['hvac']], ['lighting', '照明', 'Lighting', ['lighting']],
  ['access', '门禁道闸', 'Access', ['access']], ['metering', '计量', 'Metering', ['metering']], ['patrol', '巡更', 'Patrol', ['patrol']], ['weather', '气象', 'Weather', ['weather']],
] as const

function standing(alarm: Alarm): NonNullable<SystemRow['worst']> {
  const { id, site, equipment, equipment_name, rule, name, priority, system, state, raised_at } = alarm
  return { id, site, equipment, equipment_name, rule, name, priority, alarm_class: alarm.class, system, state, raised_at }
}

const worst = (alarms: readonly Alarm[]) => {
  const [first] = [...alarms].sort((a, b) => a.priority - b.priority)
  return first ? standing(first) : null
}

function value(type: string, points: readonly PointValue[]): SystemRow['values'][number] | null {
  const [first] = points
  if (!first) return null
  const good = points.filter((point) => point.quality === 'good' && point.value !== null)
  const numbers = good.map((point) => point.value ?? 0)
  const counts: Record<string, number> = {}
  if (first.states.length) for (const number of numbers) counts[String(number)] = (counts[String(number)] ?? 0) + 1
  const isOutside = (number: number) => number < (first.normal?.low ?? -Infinity) || number > (first.normal?.high ?? Infinity)
  const { name, kind, unit, decimals, states, normal } = first
  const some = points.slice(0, 12).map(({ id, equipment, value: now, quality, reason, at }) => ({ id, equipment, value: now, quality, reason, at }))
  const ends = numbers.length ? { low: Math.min(...numbers), high: Math.max(...numbers) } : { low: null, high: null }
  return {
    type, point: first.point, name, kind, unit, decimals, states, normal, ...ends,
    outside: numbers.filter(isOutside).length, bad: points.length - good.length, count: points.length, counts, points: some,
  }
}

function spark(points: readonly PointValue[], now: number): SystemRow['spark'] {
  const measured = points.filter((point) => point.kind === 'measurement' && !point.states.length && !['floor', 'fault_code'].includes(point.point))
  const [first] = measured
  if (!first) return null
  const same = measured.filter((point) => point.point === first.point)
  const { start, width, items } = series(same, now - DAY, now, 96)
  const [column] = items
  if (!column) return null
  const { mean, minimum, maximum, silent } = column
  return { what: 'values', name: first.name, unit: first.unit, decimals: first.decimals, normal: first.normal, points: same.map((point) => point.id), start, width, mean, minimum, maximum, silent }
}

export function systems(building: Building): SystemRow[] {
  const now = Date.parse(building.at)
  return ROWS.map(([id, zh, en, of]) => {
    const own = building.equipment.filter((each) => (of as readonly string[]).includes(each.system))
    const ids = new Set(own.map((each) => each.id))
    const points = building.points.filter((point) => ids.has(point.equipment) && point.kind !== 'event' && !point.instance)
    const alarms = building.listAlarms(true).filter((alarm) => ids.has(alarm.equipment))
    const orders = building.orders.filter((order) => order.open && order.equipment && ids.has(order.equipment))
    const groups = Map.groupBy(points.filter((point) => point.key), (point) => `${own.find((each) => each.id === point.equipment)?.type} ${point.point}`)
    const values = [...groups].map(([key, some]) => value(key.split(' ')[0] ?? '', some)).filter((each) => each !== null)
    return {
      site: 'riverside', id, systems: [...of], name: { zh, en }, equipment: own.length, blind: new Set(points.filter((point) => point.quality === 'bad').map((point) => point.equipment)).size,
      alarms: alarms.length, worst: worst(alarms), orders: orders.length, overdue: id === 'drainage' ? orders.length : 0, values, spark: spark(points.filter((point) => point.key), now),
    }
  }).filter((row) => row.equipment || !['metering', 'patrol', 'weather'].includes(row.id))
}

export function portfolio(building: Building): SiteStanding[] {
  const alarms = building.listAlarms(true)
  const life = alarms.filter((alarm) => alarm.class === 'life_safety')
  const priorities: Record<string, number> = {}
  for (const alarm of alarms) priorities[String(alarm.priority)] = (priorities[String(alarm.priority)] ?? 0) + 1
  const bad = building.points.filter((point) => point.quality === 'bad')
  const own: SiteStanding = {
    site: 'riverside', name: { zh: '滨江花园', en: 'Riverside Garden' }, timezone: 'Asia/Shanghai',
    life_safety: { active: life.length, unacknowledged: life.filter((alarm) => alarm.state === 'unacknowledged').length, worst: worst(life) }, alarms: priorities,
    blind: { points: bad.length, all: building.points.length, equipment: new Set(bad.map((point) => point.equipment)).size, gateways_away: [], since: iso(Date.parse(building.at) - 40 * 60_000) },
    orders: { open: building.orders.filter((order) => order.open).length, overdue: 1 }, plans: { month: building.at.slice(0, 7), due: 31, kept: 29, value: 0.967 },
    energy: { days_30: 48_210.4, month: 31_877, area: 29_840, per_m2: 1.62, coverage: 1, estimated: 0.004 },
  }
  const calm = { life_safety: { active: 0, unacknowledged: 0, worst: null }, alarms: {} }
  return [
    own,
    { ...own, ...calm, site: 'hillside', name: { zh: '山语苑', en: 'Hillside Court' }, blind: { points: 0, all: 940, equipment: 0, gateways_away: [], since: null }, orders: { open: 6, overdue: 0 }, plans: { ...own.plans, due: 18, kept: 18, value: 1 }, energy: { ...own.energy, days_30: 22_904, per_m2: 1.21, coverage: 0.62, estimated: 0 } },
    { ...own, ...calm, site: 'harbour', name: { zh: '海港中心', en: 'Harbour Centre' }, blind: { points: 412, all: 412, equipment: 38, gateways_away: ['harbour-1'], since: iso(Date.parse(building.at) - 5 * HOUR) }, orders: { open: 11, overdue: 4 }, plans: { ...own.plans, due: 40, kept: 31, value: 0.775 }, energy: { days_30: null, month: null, area: null, per_m2: null, coverage: 0, estimated: 0 } },
  ]
}

function limitOf(rule: Rule, points: readonly PointValue[]): LiveLimit[] {
  const { condition } = rule
  const of = 'point' in condition ? points.find((point) => point.point === condition.point && !point.instance) : undefined
  if (!of) return []
  const known = of.quality === 'good' ? of.value : null
  const base = { says: of.point, point: of.id, unit: of.unit, value: known, clears: null }
  if (condition.kind === 'is') {
    const code = of.states.find((state) => state.value === known)?.code
    return [{ ...base, direction: 'equal', limit: null, room: null, share: null, holds: known === null ? null : condition.states.includes(code ?? '') }]
  }
  if (condition.kind !== 'high' && condition.kind !== 'low') return []
  const room = known === null ? null : condition.kind === 'high' ? condition.limit - known : known - condition.limit
  const width = of.normal?.high != null && of.normal.low != null ? of.normal.high - of.normal.low : Math.abs(condition.limit) || 1
  return [{ ...base, direction: condition.kind, limit: condition.limit, room, share: room === null ? null : room / width, holds: room === null ? null : room < 0 }]
}

export function ruleStandings(building: Building, equipment: EquipmentDetail): RuleStanding[] {
  const points = building.points.filter((point) => point.equipment === equipment.id)
  return equipment.rules.map((rule) => {
    const guard = rule.while && points.find((point) => point.point === rule.while?.point && !point.instance)
    const awake = guard ? (rule.while?.states.includes(guard.states.find((state) => state.value === guard.value)?.code ?? '') ?? true) : true
    const alarm = building.listAlarms(true).find((each) => each.equipment === equipment.id && each.rule === rule.id)
    return { rule, instance: '', awake, limits: limitOf(rule, points), alarm: alarm?.id ?? null }
  })
}

export function statistics(building: Building, points: readonly string[], from: number, to: number): PointStatistics[] {
  const found = series(building.points.filter((point) => points.includes(point.id)), from, to, 500)
  return found.items.map((columns): PointStatistics => {
    const known = columns.mean.filter((value) => value !== null).sort((a, b) => a - b)
    const at = (share: number) => known[Math.floor(share * (known.length - 1))] ?? null
    const of = building.points.find((point) => point.id === columns.point)
    const when = (value: number | null) => (value === null ? null : iso(found.start[columns.mean.indexOf(value)] ?? from))
    const states: Record<string, number> = {}
    if (of?.states.length) for (const state of of.states) states[String(state.value)] = known.filter((value) => value === state.value).length / Math.max(known.length, 1)
    const { point, site, name, unit, decimals } = columns
    return {
      point, site, name, kind: of?.kind ?? 'measurement', unit, decimals, count: known.length * 60, known: known.length / Math.max(columns.mean.length, 1), minimum: at(0), minimum_at: when(at(0)), maximum: at(1), maximum_at: when(at(1)),
      mean: known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null, deviation: 0, low: at(0.05), median: at(0.5), high: at(0.95),
      rise: of?.kind === 'counter' && known.length ? (at(1) ?? 0) - (at(0) ?? 0) : null, resets: 0, states, exact: true,
    }
  })
}

export function ticks(building: Building, points: readonly string[], from: string, to: string): Tick[] {
  const equipment = new Set(points.map((id) => id.split('.')[0]))
  const over = { site: 'riverside', until: null }
  const alarms = building.listAlarms(false).filter((alarm) => equipment.has(alarm.equipment)).map((alarm): Tick => ({ ...over, kind: 'alarm', id: alarm.id, equipment: alarm.equipment, at: alarm.raised_at, name: alarm.name, priority: alarm.priority, state: alarm.detection, point: null }))
  const orders = building.orders.filter((order) => order.equipment && equipment.has(order.equipment)).map((order): Tick => ({ ...over, kind: 'order', id: order.id, equipment: order.equipment ?? '', at: order.occurred_at ?? order.reported_at, name: order.title, priority: null, state: order.state, point: null }))
  return [...alarms, ...orders].filter((tick) => tick.at >= from && tick.at < to)
}

export function wire(building: Building, equipment: EquipmentDetail): Wire {
  const points = building.points.filter((point) => point.equipment === equipment.id && !point.instance)
  const { site, id, gateway, connection, protocol, unit, model } = equipment
  return {
    site, equipment: id, gateway, connection, protocol, unit, model, quirks: {}, last_good: points.find((point) => point.quality === 'good')?.at ?? null,
    points: points.map((point, i) => ({ id: point.id, address: { table: 'holding', register: 100 + 2 * i, type: 'float32' }, period: point.period, stale_after: point.stale_after, urgent: false, quality: point.quality, at: point.at })),
  }
}

export function assets(building: Building): Asset[] {
  return building.equipment.filter((each) => each.type === 'pump' || each.type === 'elevator').map((each, i) => ({
    site: 'riverside', equipment: each.id, maker: each.type === 'pump' ? '南方泵业' : '上海三菱', serial: `SN-${4410 + i}`, registration: each.type === 'elevator' ? `梯11浙A${1000 + i}` : '',
    installed_on: '2019-06-01', warranty_until: '2021-06-01', next_inspection_on: each.type === 'elevator' ? building.at.slice(0, 10) : null, contractor: each.type === 'elevator' ? 'lift.service' : null,
    documents: [{ name: '说明书 Manual', url: 'https://example.org/manual.pdf' }], updated_at: building.at,
  }))
}

export function blindPoints(building: Building): BlindEquipment[] {
  const bad = building.points.filter((point) => point.quality === 'bad' && point.kind !== 'event')
  return [...Map.groupBy(bad, (point) => point.equipment)].map(([equipment, some]) => ({
    site: 'riverside', equipment, gateway: 'riverside-1', bad: some.length, all: building.points.filter((point) => point.equipment === equipment && point.kind !== 'event').length,
    reason: some[0]?.reason ?? 'timeout', since: some[0]?.at ?? null, points: some.map((point) => point.id),
  }))
}

const PLANS = [
  ['plan-lift-half', '电梯半月维保', 'Lift, half-month upkeep', 'lift-1', 15], ['plan-lift-half-2', '电梯半月维保', 'Lift, half-month upkeep', 'lift-2', 15],
  ['plan-fire-month', '消防设施月度检查', 'Fire equipment, monthly', 'fire-water-1', 30], ['plan-round', '设备房巡检', 'Plant room round', null, 3], ['plan-transformer', '变压器季度保养', 'Transformer, quarterly', 'transformer-1', 91],
] as const

export function calendar(building: Building, from: number, to: number): MaintenanceCalendar {
  const now = Date.parse(building.at)
  const name = (id: string | null) => building.equipment.find((each) => each.id === id)?.name ?? null
  const tasks = PLANS.flatMap(([plan, zh, en, equipment, days], p) => {
    const first = Math.ceil((from - (now - 40 * DAY)) / (days * DAY))
    const found: MaintenanceCalendar['tasks'][number][] = []
    for (let n = Math.max(first, 0); ; n++) {
      const due = Math.floor((now - 40 * DAY) / DAY) * DAY + n * days * DAY + p * DAY
      if (due >= to) return found
      if (due < from) continue
      const late = p === 3 && n === 12
      const verdict = due > now ? ('planned' as const) : late ? ('overdue' as const) : ('kept' as const)
      found.push({
        kind: 'plan', site: 'riverside', equipment, equipment_name: name(equipment), place: null, name: { zh, en }, trade: 'electrical', plan, number: n, due_at: iso(due), until: iso(due + DAY),
        order: due > now ? null : `order-${115 + (n % 4)}`, state: due > now ? null : late ? 'dispatched' : 'closed', verdict,
      })
    }
  })
  const inspection = { kind: 'inspection', site: 'riverside', equipment: 'lift-3', equipment_name: name('lift-3'), place: null, name: { zh: '定期检验', en: 'Statutory inspection' }, trade: 'elevator', plan: null, number: null, order: null, state: null, verdict: 'planned' } as const
  const due = now + 12 * DAY
  if (due >= from && due < to) tasks.push({ ...inspection, due_at: iso(due), until: iso(due + DAY) })
  const hours = ['pump-1', 'pump-2', 'pump-3'].map((id, i) => ({
    site: 'riverside', plan: `plan-grease-${id}`, name: { zh: '轴承润滑', en: 'Grease the bearings' }, equipment: id, equipment_name: name(id), point: `${id}.run_time`, every: 2000,
    counted: [2014.5, 1720, 640][i] ?? 0, left: [-14.5, 280, 1360][i] ?? 0, a_day: i === 2 ? null : 13.2, due_at: i === 2 ? null : iso(now + ([-1, 21][i] ?? 0) * DAY),
  }))
  return { site: 'riverside', from: iso(from), to: iso(to), tasks: tasks.sort((a, b) => a.due_at.localeCompare(b.due_at)), run_hours: hours }
}

export function compliance(building: Building, month: string): Compliance {
  const plan = (id: string, zh: string, en: string, equipment: string | null, due: number, kept: number, open: number) => ({
    plan: id, name: { zh, en }, equipment, due, kept, late: due - kept - open, overdue: 0, open, dropped: 0, value: kept / (due - open),
  })
  const plans = [plan('plan-round', '水泵房日巡检', 'Daily round of the pump room', null, 29, 28, 0), plan('plan-lift', '电梯半月维保', 'Lift, every half month', 'lift-1', 2, 1, 1)]
  const [due, kept, open] = (['due', 'kept', 'open'] as const).map((word) => plans.reduce((sum, each) => sum + each[word], 0)) as [number, number, number]
  return { site: 'riverside', month, from: `${month}-01T00:00:00Z`, to: building.at, value: kept / (due - open), due, kept, plans }
}
