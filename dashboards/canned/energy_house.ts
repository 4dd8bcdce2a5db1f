/** The canned building's meters: loads by hour, weekday and season; one with a gap, one estimated for a night, one whose parts count more than it does. */
import type { Carpet, Meter, Sum } from '../src/api/energy'

export const QUARTER = 900_000
export const DAY = 86_400_000
const ZONE = 8 * 3_600_000
const [MEASURED, INTERPOLATED, ESTIMATED, MISSING] = [0, 1, 2, 5]
export const WORDS = ['measured', 'interpolated', 'estimated', 'changed', 'reset', 'missing'] as const

interface Sketch {
  readonly id: string
  readonly zh: string
  readonly en: string
  readonly use: string
  readonly group: string
  readonly parent: string | null
  readonly area: string | null
  readonly unit?: string
  readonly kind?: Meter['kind']
  /** kW (m³ an hour) by local hour, weekend, and how far the day's mean lies from 18 °C. */
  readonly load?: (hour: number, weekend: boolean, degrees: number) => number
  /** Of a meter over others: how much more than they it counts. */
  readonly rest?: number
}

const work = (hour: number, weekend: boolean) => (weekend ? 0.35 : hour >= 8 && hour < 19 ? 1 : hour >= 6 && hour < 22 ? 0.55 : 0.2)
const home = (hour: number) => (hour >= 18 && hour < 23 ? 1 : hour >= 6 && hour < 9 ? 0.7 : 0.35)
const SKETCHES: readonly Sketch[] = [
  { id: 'meter-main', zh: '总进线', en: 'Main incoming', use: 'incoming', group: 'incoming', parent: null, area: null, rest: 0.037 },
  { id: 'meter-tower-a', zh: 'A栋总表', en: 'Tower A', use: 'public', group: 'public', parent: 'meter-main', area: 'tower-a', rest: 0.021 },
  { id: 'meter-a-light', zh: 'A栋公区照明', en: 'Tower A lighting', use: 'corridor_lighting', group: 'lighting', parent: 'meter-tower-a', area: 'tower-a', load: (h) => (h >= 18 || h < 6 ? 21 : 8.5) },
  { id: 'meter-a-hvac', zh: 'A栋空调', en: 'Tower A air conditioning', use: 'plant', group: 'hvac', parent: 'meter-tower-a', area: 'tower-a', load: (h, w, d) => 6 + work(h, w) * (14 + Math.abs(d) * 3.1) },
  { id: 'meter-a-lifts', zh: 'A栋电梯', en: 'Tower A lifts', use: 'lifts', group: 'power', parent: 'meter-tower-a', area: 'tower-a', load: (h) => 3 + home(h) * 11 },
  { id: 'meter-tower-b', zh: 'B栋总表', en: 'Tower B', use: 'public', group: 'public', parent: 'meter-main', area: 'tower-b', rest: 0.018 },
  { id: 'meter-b-light', zh: 'B栋公区照明', en: 'Tower B lighting', use: 'corridor_lighting', group: 'lighting', parent: 'meter-tower-b', area: 'tower-b', load: (h) => (h >= 18 || h < 6 ? 19 : 7) },
  { id: 'meter-b-hvac', zh: 'B栋空调', en: 'Tower B air conditioning', use: 'plant', group: 'hvac', parent: 'meter-tower-b', area: 'tower-b', load: (h, w, d) => 5 + work(h, w) * (11 + Math.abs(d) * 2.4) },
  { id: 'meter-tenant', zh: '商铺总表', en: 'Shops', use: 'tenant', group: 'tenant', parent: 'meter-main', area: 'tower-a', rest: -0.058 },
  { id: 'meter-shop-1', zh: '商铺1', en: 'Shop 1', use: 'tenant', group: 'tenant', parent: 'meter-tenant', area: 'tower-a', load: (h, w) => 4 + (h >= 9 && h < 22 ? 26 : 0) * (w ? 1.15 : 1) },
  { id: 'meter-shop-2', zh: '商铺2', en: 'Shop 2', use: 'tenant', group: 'tenant', parent: 'meter-tenant', area: 'tower-a', load: (h) => 2 + (h >= 7 && h < 20 ? 13 : 0) },
  { id: 'meter-charging', zh: '充电桩', en: 'EV charging', use: 'charging', group: 'charging', parent: 'meter-main', area: null, load: (h) => (h >= 19 || h < 2 ? 34 : 6) },
  { id: 'meter-pumps', zh: '生活水泵', en: 'Water pumps', use: 'pumps', group: 'power', parent: 'meter-main', area: null, load: (h) => 2.2 + home(h) * 6 },
  { id: 'meter-water', zh: '总水表', en: 'Water, main', use: 'water', group: 'water', parent: null, area: null, unit: 'm3', load: (h) => 0.6 + home(h) * 5.2 },
  { id: 'meter-water-gardens', zh: '绿化用水', en: 'Gardens', use: 'gardens', group: 'water', parent: 'meter-water', area: null, unit: 'm3', kind: 'manual', load: (h) => (h === 5 || h === 6 ? 1.9 : 0.02) },
  { id: 'meter-unmetered', zh: '公区未计量', en: 'Public areas, unmetered', use: 'public', group: 'public', parent: null, area: null, kind: 'virtual' },
]
const GROUPS: Readonly<Record<string, readonly [string, string]>> = {
  incoming: ['进线', 'Incoming'], lighting: ['照明插座', 'Lighting and sockets'], hvac: ['空调', 'Heating and cooling'], power: ['动力', 'Power'], public: ['公区', 'Public areas'],
  tenant: ['租户', 'Tenants'], charging: ['充电桩', 'EV charging'], water: ['用水', 'Water'],
}
const byId = new Map(SKETCHES.map((each) => [each.id, each]))
const parts = (id: string) => SKETCHES.filter((each) => each.parent === id)
const POINTED = ['meter-main', 'meter-tower-a', 'meter-tower-b']

export const groupName = (group: string) => ({ zh: GROUPS[group]?.[0] ?? group, en: GROUPS[group]?.[1] ?? group })

export function meters(now: number): Meter[] {
  const iso = (at: number) => new Date(at).toISOString()
  return SKETCHES.map((each) => ({
    site: 'riverside', id: each.id, kind: each.kind ?? 'device', name: { zh: each.zh, en: each.en }, unit: each.unit ?? 'kW.h', shown_unit: each.unit ?? 'kW.h', place: null, area: each.area, use: each.use,
    use_name: groupName(each.group), use_group: each.group, group_name: groupName(each.group), parent: each.parent, point: POINTED.includes(each.id) ? `${each.id}.energy_import` : null,
    reading_period: each.kind === 'manual' ? 31 * 86_400 : 60, width: null, multiplier: '1', highest: null, formula: each.kind === 'virtual' ? '[meter-main] - [meter-tower-a] - [meter-tower-b] - [meter-tenant]' : null,
    medium: each.unit === 'm3' ? 'water' : '', first_at: iso(now - 500 * DAY), last_at: iso(now - (each.id === 'meter-charging' ? 3 * DAY : 60_000)), overdue: each.id === 'meter-charging',
  }))
}

/** The day's mean outdoors. */
export function warmth(at: number): number {
  const day = (at + ZONE) / DAY
  return 16.5 + 11.5 * Math.sin(((day % 365.25) - 105) / 58.1) + 2.5 * Math.sin(day * 1.7)
}

const noise = (id: string, quarter: number) => {
  let hash = (quarter * 2_654_435_761 + id.length * 97 + id.charCodeAt(id.length - 1) * 31) >>> 0
  hash = ((hash ^ (hash >>> 15)) * 2_246_822_519) >>> 0
  return 0.94 + ((hash >>> 8) % 1000) / 8333
}

/** kWh (m³) of a quarter hour, whether or not its own meter knows it. */
function used(id: string, at: number): number {
  const each = byId.get(id)
  if (!each) return 0
  if (each.kind === 'virtual') return used('meter-main', at) - ['meter-tower-a', 'meter-tower-b', 'meter-tenant'].reduce((sum, part) => sum + used(part, at), 0)
  const below = parts(id).filter((part) => !part.kind && part.load !== undefined || part.rest !== undefined)
  if (each.rest !== undefined) return below.reduce((sum, part) => sum + used(part.id, at), 0) * (1 + each.rest)
  const local = new Date(at + ZONE)
  return ((each.load?.(local.getUTCHours(), local.getUTCDay() % 6 === 0, warmth(at) - 18) ?? 0) / 4) * noise(id, at / QUARTER)
}

/** The quality of a quarter hour. */
export function qualityOf(id: string, at: number, now: number): number {
  if (at + QUARTER > now) return MISSING
  const back = (now - at) / DAY
  if (id === 'meter-charging' && (back < 3 || (back > 9 && back < 11.4))) return MISSING
  if (id === 'meter-water-gardens') return back < 4 ? MISSING : INTERPOLATED
  if (id === 'meter-a-light' && back > 6.2 && back < 6.5) return ESTIMATED
  if (id === 'meter-main' && back > 40 && back < 41.2) return MISSING
  return at / QUARTER % 977 === 0 ? INTERPOLATED : MEASURED
}

export interface Quarters {
  readonly start: number
  readonly amount: readonly (number | null)[]
  readonly quality: readonly number[]
}

export function quarters(id: string, start: number, end: number, now: number): Quarters {
  const amount: (number | null)[] = []
  const quality: number[] = []
  for (let at = start; at < end; at += QUARTER) {
    const how = qualityOf(id, at, now)
    quality.push(how)
    amount.push(how === MISSING ? null : used(id, at))
  }
  return { start, amount, quality }
}

export function sumOf({ amount, quality }: Pick<Quarters, 'amount' | 'quality'>): Sum {
  const known = amount.filter((value) => value !== null)
  const worst = Math.max(...quality, 0)
  return { amount: known.length ? known.reduce((sum, value) => sum + value, 0).toFixed(6) : null, coverage: amount.length ? known.length / amount.length : 0, quality: WORDS[worst] ?? 'missing', uncertainty: known.length ? 0.008 : 0 }
}

export const midnight = (day: string) => Date.parse(`${day}T00:00:00Z`) - ZONE
export const dayOf = (at: number) => new Date(at + ZONE).toISOString().slice(0, 10)

export function carpet(meter: string, first: string, last: string, step: Carpet['step'], now: number): Carpet {
  const size = step === 'hour' ? 4 : 1
  const days: string[] = []
  for (let at = midnight(first); at <= midnight(last); at += DAY) days.push(dayOf(at))
  const rows = days.map((day) => quarters(meter, midnight(day), midnight(day) + DAY, now))
  const cut = <T>(values: readonly T[], join: (some: readonly T[]) => T) => Array.from({ length: 96 / size }, (_, i) => join(values.slice(i * size, (i + 1) * size)))
  const amount = rows.map((row) => cut(row.amount, (some) => (some.some((value) => value === null) ? null : Math.round(some.reduce<number>((sum, value) => sum + (value ?? 0), 0) * 1000) / 1000)))
  const known = amount.flat().filter((value) => value !== null).sort((a, b) => a - b)
  return {
    meter, unit: byId.get(meter)?.unit ?? 'kW.h', step, columns: 96 / size, days, amount, quality: rows.map((row) => cut(row.quality, (some) => Math.max(...some))),
    coverage: amount.map((row) => row.map((value) => (value === null ? 0 : 1))), low: known[Math.floor(known.length * 0.02)] ?? null, high: known[Math.floor(known.length * 0.98)] ?? null, totals: rows.map(sumOf),
  }
}
