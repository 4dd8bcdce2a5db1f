/** What somebody set up in the canned building: meters, areas, factors, shares and the outdoor temperature, changed by what is sent. */
import type { Apportioned, Meter } from '../src/api/energy'
import type { EnergySettings, Factor, MeterSet, Rule, Temperatures, Use } from '../src/api/energy_setup'
import { apportioned } from './energy.ts'
import { meters, warmth } from './energy_house.ts'

const HOUR = 3_600_000
const text = (zh: string, en: string) => ({ zh, en })
const use = (id: string, zh: string, en: string, group: string, group_zh: string, group_en: string, source = ''): Use => ({ id, name: text(zh, en), group, group_name: text(group_zh, group_en), source })
export const USES: readonly Use[] = [
  use('incoming', '进线', 'Incoming', 'incoming', '进线', 'Incoming'), use('lighting', '照明插座', 'Lighting and sockets', 'lighting', '照明插座', 'Lighting and sockets', 'A'),
  use('corridor_lighting', '走廊与应急照明', 'Corridor and emergency lighting', 'lighting', '照明插座', 'Lighting and sockets', 'A2'), use('hvac', '空调', 'Heating and cooling', 'hvac', '空调', 'Heating and cooling', 'B'),
  use('plant', '冷热站', 'Chillers and boilers', 'hvac', '空调', 'Heating and cooling', 'B1'), use('power', '动力', 'Power', 'power', '动力', 'Power', 'C'), use('lifts', '电梯', 'Lifts', 'power', '动力', 'Power', 'C1'),
  use('pumps', '水泵', 'Pumps', 'power', '动力', 'Power', 'C2'), use('public', '公区', 'Public areas', 'public', '公区', 'Public areas'), use('tenant', '租户', 'Tenants', 'tenant', '租户', 'Tenants'),
  use('charging', '充电桩', 'EV charging', 'charging', '充电桩', 'EV charging'), use('gardens', '绿化', 'Gardens', 'water', '用水', 'Water'),
]
export const SHIPPED: readonly Factor[] = [
  { unit: 'kW.h', quantity: 'standard_coal', medium: '', per_unit: '0.1229', from: '2000-01-01', source: 'GB/T 2589-2020' },
  { unit: 'm3', quantity: 'standard_coal', medium: 'gas', per_unit: '1.2143', from: '2000-01-01', source: 'GB/T 2589-2020 A' },
  { unit: 'm3', quantity: 'standard_coal', medium: 'water', per_unit: '0.2571', from: '2000-01-01', source: 'GB/T 2589-2020 B' },
  { unit: 'kW.h', quantity: 'carbon', medium: '', per_unit: '0.5568', from: '2000-01-01', source: 'MEE 2021' },
  { unit: 'kW.h', quantity: 'carbon', medium: '', per_unit: '0.5306', from: '2023-01-01', source: 'MEE 2023' },
]

type Set = Omit<EnergySettings, 'versions'>
const hash = (part: unknown) => [...JSON.stringify(part)].reduce((sum, sign) => (Math.imul(sum, 31) + sign.charCodeAt(0)) | 0, 7).toString(16)
const PARTS = { areas: 'area_m2', factors: 'factors', weather: 'weather' } as const
export const isPart = (part: string): part is keyof typeof PARTS => part in PARTS

export class EnergySetup {
  readonly changed = new Map<string, MeterSet['settings']>()
  readonly removed = new Set<string>()
  settings: Set = { area_m2: { riverside: '29840', 'tower-a': '11520' }, factors: [{ unit: 'GJ', quantity: 'carbon', medium: '', per_unit: '110', from: '2026-01-01', source: 'Heat supplier, statement 2026' }], holidays: [], weather: null }
  rules: Rule[]

  constructor(private readonly now: () => number) {
    this.rules = [apportioned('2026-01-01', '2026-01-01', now()).rule]
  }

  /** As it is read, with the version of each part. */
  held(): EnergySettings {
    const { area_m2, factors, weather } = this.settings
    return { ...this.settings, versions: { whole: hash(this.settings), areas: hash(area_m2), factors: hash(factors), weather: hash(weather) } }
  }

  /** Whether this part was still as it was read; if so it is set. */
  put(part: keyof typeof PARTS, body: Partial<Set> & { readonly version?: string | null }): boolean {
    if (body.version && body.version !== this.held().versions[part]) return false
    this.settings = { ...this.settings, [PARTS[part]]: body[PARTS[part]] }
    return true
  }

  /** All meters as they stand now. */
  meters(): Meter[] {
    const held = meters(this.now()).filter((meter) => !this.removed.has(meter.id))
    const known = new Set(held.map((meter) => meter.id))
    const added = [...this.changed].filter(([id]) => !known.has(id)).map(([id]) => this.blank(id))
    return [...held, ...added].map((meter) => this.with(meter))
  }

  set(id: string): MeterSet | null {
    const meter = this.meters().find((each) => each.id === id)
    if (!meter) return null
    const plain = meters(this.now()).find((each) => each.id === id && each.kind === 'device') ?? null
    const own = { kind: meter.kind, name: meter.name, unit: meter.shown_unit, medium: null, formula: meter.formula, use: meter.use, area: meter.area, parent: meter.parent, reading_period: null, width: null, multiplier: null, highest: null }
    const bare = { ...own, kind: 'device' as const, name: null, unit: null, formula: null, use: null, area: null, parent: null }
    return { settings: this.changed.get(id) ?? (plain ? bare : own), meter, inventory: plain }
  }

  private blank(id: string): Meter {
    const [first] = meters(this.now())
    if (!first) throw new Error('no meters')
    return { ...first, id, kind: 'manual', use: null, area: null, parent: null, point: null, use_group: 'other', use_name: text('未分项', 'Not said'), group_name: text('其他', 'Other'), first_at: null, last_at: null, overdue: true }
  }

  private with(meter: Meter): Meter {
    const said = this.changed.get(meter.id)
    if (!said) return meter
    const named = USES.find((each) => each.id === (said.use ?? meter.use))
    return { ...meter, kind: said.kind ?? meter.kind, name: said.name ?? meter.name, unit: said.unit ?? meter.unit, shown_unit: said.unit ?? meter.shown_unit, use: said.use ?? meter.use, use_name: named?.name ?? meter.use_name, area: said.area ?? meter.area, parent: said.parent ?? meter.parent, multiplier: String(said.multiplier ?? meter.multiplier), formula: said.formula ?? meter.formula }
  }

  /** A rule that was only tried, over some days. */
  tried(rule: Rule, first: string, last: string): Apportioned {
    const like = apportioned(first, last, this.now())
    const basis = rule.bearers.map((each) => Number(each.area ?? each.share ?? 1))
    const whole = basis.reduce((sum, each) => sum + each, 0)
    return { ...like, rule, parts: rule.bearers.map((each, i) => ({ bearer: each.id, name: each.name, basis: String(basis[i]), part: (basis[i] ?? 0) / whole, amount: ((Number(like.whole.amount) * (basis[i] ?? 0)) / whole).toFixed(6) })) }
  }

  temperatures(from: string, to: string): Temperatures {
    const [start, end] = [Date.parse(from), Date.parse(to)]
    const celsius = Array.from({ length: Math.round((end - start) / HOUR) }, (_, hour) => (hour > 200 && hour < 214 ? null : Math.round((warmth(start + hour * HOUR) + 4 * Math.sin(((hour % 24) - 9) / 3.8)) * 10) / 10))
    return { from: new Date(start).toISOString(), source: 'weather-1', celsius } as Temperatures
  }
}
