/** What the cloud says of the canned meters: a month, its parts, its weather, the tree, the data-quality ledger. */
import type { Apportioned, Breakdown, ComparedAmounts, DataQuality, DayBand, EnergyMonth, Line, Meter, MeterTree, MonthFigure, MonthWeather, Restatement, Sum, TreeNode } from '../src/api/energy'
import { monthAfter } from '../src/format/months.ts'
import { carpet, DAY, dayOf, groupName, meters, midnight, quarters, QUARTER, sumOf, warmth, WORDS, type Quarters } from './energy_house.ts'

const iso = (at: number) => new Date(at).toISOString()
const text = (zh: string, en: string) => ({ zh, en })
const [COAL, CARBON, M2] = [0.1229, 0.5366, 29_840]
const REFUSALS = [{ reason: 'cv', says: text('拟合误差 CV(RMSE) 31 %,超过 25 %。', 'The fit’s CV(RMSE) is 31 %, over the limit of 25 %.') }] as unknown as DayBand['refusals']

interface Stretch {
  readonly start: number
  readonly end: number
  readonly until: number
}

function stretch(month: string, now: number): Stretch {
  const [start, end] = [midnight(`${month}-01`), midnight(`${monthAfter(month, 1)}-01`)]
  return { start, end, until: Math.max(Math.min(end, Math.floor(now / QUARTER) * QUARTER), start) }
}

const joined = (some: readonly Quarters[]): Sum => {
  const sums = some.map(sumOf)
  const known = sums.filter((sum) => sum.amount !== null)
  return { amount: known.length ? known.reduce((sum, each) => sum + Number(each.amount), 0).toFixed(6) : null, coverage: sums.reduce((sum, each) => sum + each.coverage, 0) / Math.max(sums.length, 1), quality: WORDS[Math.max(...sums.map((sum) => WORDS.indexOf(sum.quality)))] ?? 'missing', uncertainty: 0.008 * known.length }
}

function compared(now: Sum, before: Sum): ComparedAmounts {
  const known = now.coverage >= 0.9 && before.coverage >= 0.9
  return { now, before, change: known ? Number(now.amount) / Number(before.amount) - 1 : null }
}

function beside(ids: readonly string[], month: string, now: number, by: number): Sum {
  const { start, until } = stretch(month, now)
  const other = stretch(monthAfter(month, by), now)
  return joined(ids.map((id) => quarters(id, other.start, Math.min(other.start + until - start, other.end), now)))
}

function days(ids: readonly string[], span: Stretch, now: number): EnergyMonth['totals'][number]['days'] {
  const starts = Array.from({ length: (span.end - span.start) / DAY }, (_, i) => span.start + i * DAY)
  const sums = starts.map((at) => joined(ids.map((id) => quarters(id, at, at + DAY, now))))
  return { start: starts, amount: sums.map((sum) => (sum.amount === null ? null : Number(sum.amount))), coverage: sums.map((sum) => sum.coverage), quality: sums.map((sum) => WORDS.indexOf(sum.quality)), uncertainty: sums.map((sum) => sum.uncertainty) }
}

const roots = (all: readonly Meter[]) => all.filter((meter) => meter.parent === null && meter.kind !== 'virtual')

export function month(wanted: string, now: number): EnergyMonth {
  const all = meters(now)
  const span = stretch(wanted, now)
  const of = (ids: readonly string[]) => {
    const total = joined(ids.map((id) => quarters(id, span.start, span.until, now)))
    return { total, days: days(ids, span, now), month_before: compared(total, beside(ids, wanted, now, -1)), year_before: compared(total, beside(ids, wanted, now, -12)) }
  }
  return {
    site: 'riverside', month: wanted, timezone: 'Asia/Shanghai', start: iso(span.start), end: iso(span.end), until: iso(span.until), area: M2,
    totals: roots(all).map((meter) => ({ unit: meter.unit, meters: [meter.id], ...of([meter.id]) })), uses: [],
    meters: all.map((meter) => ({ meter: meter.id, name: meter.name, unit: meter.unit, use: meter.use, use_group: meter.use_group, area: meter.area, parent: meter.parent, ...of([meter.id]) })),
  }
}

function line(id: string, name: Line['name'], unit: string, ids: readonly string[], m2: number | null, wanted: string, now: number): Line {
  const span = stretch(wanted, now)
  const total = joined(ids.map((each) => quarters(each, span.start, span.until, now)))
  const amount = total.amount === null ? null : Number(total.amount)
  const [isPower, said] = [unit === 'kW.h', (value: number) => value.toFixed(3)]
  return {
    id, name, unit, meters: ids, total, month_before: compared(total, beside(ids, wanted, now, -1)), year_before: compared(total, beside(ids, wanted, now, -12)),
    kgce: isPower && amount !== null ? said(amount * COAL) : null, kgco2e: isPower && amount !== null ? said(amount * CARBON) : null,
    yuan: isPower && amount !== null ? (amount * 0.6417).toFixed(2) : null, unpriced: null, m2: m2 === null ? null : String(m2), per_m2: m2 && amount !== null ? said(amount / m2) : null,
  }
}

export function breakdown(wanted: string, now: number): Breakdown {
  const all = meters(now).filter((meter) => meter.kind !== 'virtual')
  const byId = new Map(all.map((meter) => [meter.id, meter]))
  const grouped = (key: (meter: Meter) => string | null) => {
    const found = new Map<string, Meter[]>()
    for (const meter of all) {
      const mine = key(meter)
      let above = byId.get(meter.parent ?? '')
      while (above && key(above) !== mine) above = byId.get(above.parent ?? '')
      if (mine && !above) found.set(`${mine} ${meter.unit}`, [...(found.get(`${mine} ${meter.unit}`) ?? []), meter])
    }
    return [...found.values()]
  }
  const { start, until } = stretch(wanted, now)
  const areas: Readonly<Record<string, Line['name']>> = { 'tower-a': text('A栋', 'Tower A'), 'tower-b': text('B栋', 'Tower B') }
  return {
    site: 'riverside', month: wanted, start: iso(start), until: iso(until),
    totals: roots(all).map((meter) => line('incoming', text('进线合计', 'All that enters'), meter.unit, [meter.id], M2, wanted, now)),
    uses: grouped((meter) => meter.use_group).map((some) => line(some[0]?.use_group ?? '', groupName(some[0]?.use_group ?? ''), some[0]?.unit ?? '', some.map((meter) => meter.id), M2, wanted, now)),
    areas: grouped((meter) => meter.area).map((some) => line(some[0]?.area ?? '', areas[some[0]?.area ?? ''] ?? text('', ''), some[0]?.unit ?? '', some.map((meter) => meter.id), some[0]?.area === 'tower-a' ? 17_200 : 12_640, wanted, now)),
    factors: ['0.1229 kgce/kWh: GB/T 2589-2020', '0.5366 kgCO₂e/kWh: 2024'],
  }
}

export function weather(wanted: string, now: number): MonthWeather {
  const span = stretch(wanted, now)
  const of = (by: number) => {
    const other = stretch(monthAfter(wanted, by), now)
    const end = Math.min(other.start + span.until - span.start, other.end)
    let [heating, cooling] = [0, 0]
    for (let at = other.start; at < end; at += 3_600_000) {
      const degrees = warmth(at) + 4 * Math.sin(((at / 3_600_000 + 2) * Math.PI) / 12)
      heating += Math.max(18 - degrees, 0) / 24
      cooling += Math.max(degrees - 26, 0) / 24
    }
    return { start: iso(other.start), end: iso(end), heating, cooling, known: 1 }
  }
  const starts = Array.from({ length: Math.ceil((span.until - span.start) / DAY) }, (_, i) => span.start + i * DAY)
  return { site: 'riverside', month: wanted, heating_base: 18, cooling_base: 26, now: of(0), month_before: of(-1), year_before: of(-12), days: starts.map(dayOf), mean: starts.map((at) => Math.round(warmth(at) * 10) / 10), source: 'weather-1' }
}

export function figures(wanted: string, scopes: readonly string[], now: number): MonthFigure[] {
  const all = new Map(meters(now).map((meter) => [meter.id, meter]))
  const { start, end, until } = stretch(wanted, now)
  const yesterday = Math.min(midnight(dayOf(until)), until)
  const targets: Readonly<Record<string, number>> = { 'meter:meter-main': 98_000, 'meter:meter-tower-a': 34_000, 'meter:meter-charging': 11_000 }
  return (scopes.length ? scopes : Object.keys(targets)).flatMap((scope): MonthFigure[] => {
    const meter = all.get(scope.slice(scope.indexOf(':') + 1))
    if (!meter) return []
    const sum = sumOf(quarters(meter.id, start, Math.max(yesterday, start), now))
    const amount = Number(sum.amount ?? 0)
    const forecast = sum.coverage > 0.6 && yesterday > start ? (amount / sum.coverage / (yesterday - start)) * (end - start) : null
    const target = targets[scope] ?? null
    const half = forecast === null ? null : forecast * 0.021
    const course = target === null || forecast === null || half === null ? 'unknown' : forecast + half < target ? 'on_course' : forecast - half > target ? 'off_course' : 'at_risk'
    const other = { amount: String(amount * 1.04), coverage: 1, change: -0.038 }
    return [{
      scope, name: meter.name, month: wanted, unit: meter.unit, amount: amount.toFixed(3), coverage: sum.coverage, target: target === null ? null : String(target), owner: target === null ? null : 'liu.yang', course,
      forecast, forecast_half_width: half, last_year: other, last_month: other, kgce: null, kgce_source: null, kgco2e: null, kgco2e_source: null, per_m2: null, m2: null,
    }]
  })
}

export function tree(first: string, last: string, now: number): MeterTree {
  const [start, end] = [midnight(first), Math.min(midnight(last) + DAY, Math.floor(now / QUARTER) * QUARTER)]
  const all = meters(now)
  const held = new Map(all.map((meter) => [meter.id, quarters(meter.id, start, end, now)]))
  const nodes: TreeNode[] = []
  const walk = (meter: Meter, depth: number) => {
    const below = all.filter((each) => each.parent === meter.id && each.unit === meter.unit && each.kind !== 'virtual')
    const mine = held.get(meter.id)
    if (!mine) return
    nodes.push({ id: meter.id, parent: meter.parent, depth, kind: meter.kind, name: meter.name, unit: meter.unit, use: meter.use, use_name: meter.use_name, area: meter.area, total: sumOf(mine), children: below.map((each) => each.id), remainder: below.length ? remainder(mine, below.flatMap((each) => held.get(each.id) ?? [])) : null })
    for (const each of below) walk(each, depth + 1)
  }
  for (const meter of all) if (meter.parent === null) walk(meter, 0)
  return { site: 'riverside', start: iso(start), end: iso(end), nodes, faults: nodes.filter((node) => node.remainder?.fault).map((node) => node.id) }
}

function remainder(own: Quarters, children: readonly Quarters[]): NonNullable<TreeNode['remainder']> {
  const places = own.amount.flatMap((value, i) => (value !== null && children.every((child) => child.amount[i] !== null) ? [i] : []))
  const total = (some: Quarters) => places.reduce((sum, i) => sum + (some.amount[i] ?? 0), 0)
  const [mine, theirs] = [total(own), children.reduce((sum, child) => sum + total(child), 0)]
  const sum = (amount: number): Sum => ({ amount: places.length ? amount.toFixed(6) : null, coverage: places.length / Math.max(own.amount.length, 1), quality: 'measured', uncertainty: 0.02 })
  return { own: sum(mine), children: sum(theirs), left: sum(mine - theirs), share: mine ? (mine - theirs) / mine : null, fault: mine - theirs < -0.02, absent: [] }
}

export function quality(first: string, last: string, now: number): DataQuality {
  const [start, end] = [midnight(first), Math.min(midnight(last) + DAY, Math.floor(now / QUARTER) * QUARTER)]
  const found = meters(now).map((meter): DataQuality['meters'][number] => {
    const held = quarters(meter.id, start, end, now)
    const gap = held.quality.filter((each) => each === 5).length
    const shares = Object.fromEntries(WORDS.map((word, i) => [word, held.quality.filter((each) => each === i).length / Math.max(held.quality.length, 1)]))
    const events: DataQuality['meters'][number]['events'] = meter.id === 'meter-tower-b'
      ? [{ kind: 'rolled_over', at: iso(end - 4 * DAY), shows: '12.4', before: '999987.1', counted: '25.3', width: null }, { kind: 'spike', at: iso(end - 6 * DAY), shows: '4294967.295', before: null, counted: null, width: null }]
      : meter.id === 'meter-pumps' ? [{ kind: 'set_back', at: iso(end - 2 * DAY), shows: '3.1', before: '99998.4', counted: '3.1', width: '100000' }] : meter.id === 'meter-a-hvac' ? [{ kind: 'replaced', at: iso(end - 5 * DAY), shows: '0.6', before: '48211.9', counted: '1.2', width: null }] : []
    return { meter: meter.id, name: meter.name, kind: meter.kind, unit: meter.unit, total: sumOf(held), shares, gap_start: gap ? iso(start) : null, gap_seconds: gap * 900, last_at: meter.last_at, readings: meter.kind === 'device' ? held.amount.length : Number(meter.kind === 'manual'), by_hand: meter.kind === 'manual' ? 1 : 0, events, more_events: 0 }
  })
  return { site: 'riverside', start: iso(start), end: iso(end), meters: found.sort((a, b) => (a.shares.measured ?? 0) - (b.shares.measured ?? 0)) }
}

export function restatements(now: number): Restatement[] {
  const of = (id: string, meter: string, cause: Restatement['cause'], by: string, back: number, intervals: number, before: string, after: string, coverage: number): Restatement => ({
    id, site: 'riverside', meter, at: iso(now - back * DAY), cause, by, start: iso(now - (back + 1) * DAY), end: iso(now - (back + 1) * DAY + intervals * QUARTER), intervals, amount_before: before, amount_after: after, coverage_before: coverage, coverage_after: 1,
  })
  return [of('r3', 'meter-a-light', 'late', 'system', 5, 31, '0', '208.4', 0), of('r2', 'meter-a-hvac', 'replacement', 'liu.yang', 4, 12, '91.0', '92.2', 1), of('r1', 'meter-water-gardens', 'reading', 'chen.jie', 12, 96, '4.1', '4.6', 1)]
}

export function apportioned(first: string, last: string, now: number): Apportioned {
  const [start, end] = [midnight(first), Math.min(midnight(last) + DAY, now)]
  const whole = joined([quarters('meter-a-light', start, end, now)])
  const areas = [['shop-1', '商铺1', 'Shop 1', 420], ['shop-2', '商铺2', 'Shop 2', 230], ['homes', '住宅', 'Homes', 16_550]] as const
  const all = areas.reduce((sum, each) => sum + each[3], 0)
  const rule: Apportioned['rule'] = { id: 'lobby', name: text('A栋公区照明公摊', 'Tower A lighting'), meters: ['meter-a-light'], remainder: false, key: 'area', bearers: areas.map(([id, zh, en, area]) => ({ id, name: text(zh, en), meter: null, area: String(area), share: null })) }
  return { site: 'riverside', rule, says: text('按面积分摊', 'By floor area'), start: iso(start), end: iso(end), unit: 'kW.h', whole, parts: areas.map(([bearer, zh, en, area]) => ({ bearer, name: text(zh, en), basis: String(area), part: area / all, amount: ((Number(whole.amount) * area) / all).toFixed(6) })), refused: null }
}

export function dayBand(meter: string, day: string, now: number): DayBand {
  const usual = carpet(meter, dayOf(midnight(day) - 7 * DAY), dayOf(midnight(day) - 7 * DAY), 'hour', now).amount[0] ?? []
  const used = carpet(meter, day, day, 'hour', now).amount[0] ?? []
  const known = meter === 'meter-main'
  const of = (by: number) => usual.map((value) => (known && value !== null ? value * by : null))
  return { meter, day, used, expected: of(1), low: of(0.93), high: of(1.06), refusals: known ? [] : REFUSALS }
}
