/** The canned estate's money: a tariff, a contract, bills, targets, waste, readings and baselines, short enough to look at every page. */
import type { Band, Baseline, Bill, BillLine, CheckedBill, Choices, Demand, Finding, Looked, Reading, Rectification, Refusal, Replacement, Saving, Stack, StoredTarget, StoredTariff, Tariff } from '../src/api/energy_money'

const SITE = 'riverside'
const DAY = 86_400_000
const text = (zh: string, en: string) => ({ zh, en })
const PRICE: Readonly<Partial<Record<Band, number>>> = { sharp: 1.2134, peak: 1.0112, flat: 0.6321, valley: 0.3187, deep_valley: 0.2549 }
const SHARE: Readonly<Partial<Record<Band, number>>> = { sharp: 0.08, peak: 0.31, flat: 0.38, valley: 0.21, deep_valley: 0.02 }
const BANDS = Object.keys(PRICE) as Band[]
const fixed = (value: number, places = 2) => value.toFixed(places)
/** Even, and the same each time. */
const wave = (n: number) => Math.abs(Math.sin(n * 12.9898) * 43758.5453) % 1

export class EnergyMoney {
  readonly targets: StoredTarget[]
  readonly tasks: Rectification[]
  readonly findings: Finding[]
  readonly readings: Reading[]
  readonly replacements: Replacement[]
  readonly checks: CheckedBill[] = []
  readonly baselines: Baseline[]
  tariff: StoredTariff
  readonly periods = new Map<string, number>()

  constructor(private readonly now: () => number) {
    const year = this.day(0).slice(0, 4)
    const last = this.monthBefore(1)
    this.tariff = { tariff: tariff(year, this.day(0)), revision: 3, at: this.at(-40 * DAY), by: 'zhang.wei', reason: '' }
    const target = (scope: string, amount: number) => Array.from({ length: 12 }, (_, i) => ({ scope, month: `${year}-${String(i + 1).padStart(2, '0')}`, amount: fixed(amount * (1 + 0.25 * Math.cos(((i - 7) / 6) * Math.PI)), 0), owner: 'li.na', unit: 'kW.h', updated_at: this.at(-90 * DAY), updated_by: 'zhang.wei' }))
    this.targets = [...target('meter:meter-main', 82_000), ...target('meter:meter-a-hvac', 31_000)] as StoredTarget[]
    const task = (id: string, month: string, state: Rectification['state'], due: number): Rectification => ({
      id, site: SITE, scope: 'meter:meter-main', month, owner: 'li.na', due: this.day(due), state, opened_at: this.at(-20 * DAY),
      missed: { unit: 'kW.h', target: '80000.000', amount: '91500.400', coverage: state === 'open' ? 0.998 : 1, steps: state === 'open' ? [] : [{ at: this.at(-3 * DAY), by: 'li.na', state: 'done', note: 'CH-2 07:00' }] },
    })
    this.tasks = [task('task-1', last, 'open', -2), task('task-2', this.monthBefore(2), 'done', 9)]
    this.findings = this.waste()
    this.readings = [0, 1, 2].map((i) => ({ id: `reading-${i}`, site: SITE, meter: 'meter-water-gardens', at: this.at(-i * 31 * DAY), value: fixed(8_210.5 - i * 204.3, 1), unit: 'm3', source: i ? 'csv' : 'form', note: '', entered_at: this.at(-i * 31 * DAY), entered_by: 'li.na', void_at: i === 2 ? this.at(-60 * DAY) : null, void_by: i === 2 ? 'zhang.wei' : null }))
    this.replacements = [{ id: 'replacement-1', site: SITE, meter: 'meter-water-gardens', at: this.at(-120 * DAY), removed: '99812.4', installed: '0', unit: 'm3', width: null, multiplier: null, note: 'DN50', entered_at: this.at(-119 * DAY), entered_by: 'li.na' }]
    this.baselines = [this.baseline('meter-main', true), this.baseline('meter-a-hvac', false)]
  }

  at(ms = 0): string {
    return new Date(this.now() + ms).toISOString()
  }

  /** The local day of Shanghai, so many days on. */
  day(ahead: number): string {
    return new Date(this.now() + ahead * DAY + 8 * 3_600_000).toISOString().slice(0, 10)
  }

  monthBefore(by: number): string {
    const [year = 0, month = 0] = this.day(0).split('-').map(Number)
    const all = year * 12 + month - 1 - by
    return `${Math.floor(all / 12)}-${String((all % 12) + 1).padStart(2, '0')}`
  }

  bill(meter: string, from: string, to: string): Bill {
    const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1
    const kwh = 2_676 * days
    const line = (kind: BillLine['kind'], band: Band | null, quantity: number, unit: string, price: number, amount: number, name: BillLine['name'] = null): BillLine => ({ kind, band, name, quantity: fixed(quantity, kind === 'energy' ? 3 : 2), unit, price: fixed(price, 6), from, to, amount: fixed(amount) })
    const energy = BANDS.map((band) => line('energy', band, kwh * (SHARE[band] ?? 0), 'kWh', PRICE[band] ?? 0, kwh * (SHARE[band] ?? 0) * (PRICE[band] ?? 0)))
    const others = [line('basic', null, 630, 'kVA', 23.6, 14_868), line('power_factor', null, 62_000, 'CNY', -0.0015, -93), line('fee', null, days, 'd', 120, 120, text('计量装置租费', 'Metering rent'))]
    const lines = [...energy, ...others]
    const total = lines.reduce((sum, each) => sum + Number(each.amount), 0)
    const open = to >= this.day(-1)
    if (from.startsWith(this.monthBefore(4))) return { site: SITE, meter, from, to, tariff: this.tariff.tariff.id, revision: this.tariff.revision, lines: others.filter((each) => each.kind !== 'power_factor'), kwh: null, total: null, funds: null, power_factor: null, demand_kw: null, complete: false, blind_hours: String(24 * days), coverage: 0, unsure_kwh: '0', unannounced_days: [] }
    return { site: SITE, meter, from, to, tariff: this.tariff.tariff.id, revision: this.tariff.revision, lines, kwh: fixed(kwh, 3), total: fixed(total), funds: fixed(kwh * 0.0291), power_factor: '0.93', demand_kw: '412.400', complete: !open, blind_hours: open ? '6.5' : '0', coverage: open ? 1 - 6.5 / (24 * days) : 1, unsure_kwh: open ? '118' : '0', unannounced_days: [] }
  }

  stack(meter: string, from: string, to: string): Stack {
    const days: Stack['days'][number][] = []
    for (let at = Date.parse(from); at <= Date.parse(to); at += DAY) {
      const n = at / DAY
      const size = 2_676 * ([0, 6].includes(new Date(at).getUTCDay()) ? 0.7 : 1) * (0.9 + 0.2 * wave(n))
      const kwh = Object.fromEntries(BANDS.map((band) => [band, fixed(size * (SHARE[band] ?? 0), 3)]))
      const cost = Object.fromEntries(BANDS.map((band) => [band, fixed(size * (SHARE[band] ?? 0) * (PRICE[band] ?? 0), 4)]))
      days.push({ day: new Date(at).toISOString().slice(0, 10), kwh, cost, coverage: wave(n) > 0.93 ? 0.7 : 1 })
    }
    return { meter, tariff: this.tariff.tariff.id, days, prices: Object.fromEntries(BANDS.map((band) => [band, fixed(PRICE[band] ?? 0, 4)])) }
  }

  choices(meter: string, year: number): Choices {
    const months = Array.from({ length: 10 }, (_, i) => `${year}-${String(i + 1).padStart(2, '0')}`)
    const way = (basic: Choices['now'], amount: number, kw: string | null) => ({ basic, contract_kw: kw, total: fixed(612_480.2 + amount * 10), amounts: months.slice(1).map(() => fixed(46_000 + amount)), basic_amounts: months.slice(1).map(() => fixed(amount)) })
    return { meter, months: months.slice(1), left_out: months.slice(0, 1), now: 'capacity', now_total: fixed(612_480.2 + 148_680), break_even_kw: '396.2', choices: [way('contract_demand', 13_912, '372'), way('actual_demand', 14_225, null), way('capacity', 14_868, null)] }
  }

  check(meter: string, from: string, to: string, actual: CheckedBill['actual'], by: string): CheckedBill {
    const bill = this.bill(meter, from, to)
    const sum = (lines: readonly { amount: string }[]) => (lines.length ? fixed(lines.reduce((total, each) => total + Number(each.amount), 0)) : null)
    const keys = [...bill.lines, ...actual.lines].map((line) => `${line.kind} ${line.band ?? ''}`)
    const lines = actual.lines.length ? [...new Set(keys)].map((key): CheckedBill['lines'][number] => {
      const of = <T extends { kind: string; band?: string | null | undefined }>(list: readonly T[]) => list.filter((line) => `${line.kind} ${line.band ?? ''}` === key)
      const [mine, theirs] = [of(bill.lines), of(actual.lines)]
      const [ours, real] = [sum(mine), sum(theirs)]
      const difference = fixed(Number(real ?? 0) - Number(ours ?? 0))
      const verdict = real === null ? 'not_billed' : ours === null ? 'not_ours' : Math.abs(Number(difference)) <= 0.01 ? 'agrees' : theirs[0]?.price && Number(theirs[0].price) !== Number(mine[0]?.price) ? 'price' : !theirs[0]?.quantity ? 'amount' : Math.round(Number(theirs[0].quantity)) === Math.round(Number(mine[0]?.quantity)) ? 'price' : 'quantity'
      const [kind = 'energy', band] = key.split(' ')
      return { kind: kind as BillLine['kind'], band: (band || null) as Band | null, ours, theirs: real, our_quantity: mine[0]?.quantity ?? null, their_quantity: theirs[0]?.quantity ?? null, our_price: mine[0]?.price ?? null, their_price: theirs[0]?.price ?? null, difference, verdict }
    }) : []
    const difference = fixed(Number(actual.total) - Number(bill.total))
    const explained = !lines.length || Math.abs(lines.reduce((total, each) => total + Number(each.difference), 0) - Number(difference)) <= 0.01
    const made: CheckedBill = { id: `check-${this.checks.length + 1}`, bill, actual, lines, difference, agrees: bill.complete && Math.abs(Number(difference)) <= 0.01, explained, provisional: !bill.complete, at: this.at(), by }
    this.checks.unshift(made)
    return made
  }

  demand(meter: string, last: string): Demand {
    const top = Array.from({ length: 20 }, (_, i) => ({ start: new Date(Date.parse(last) - i * 3.3 * DAY + 2.25 * 3_600_000).toISOString(), load: Number(fixed(412.4 - i * 2.7 - wave(i), 1)), quality: i === 7 ? ('interpolated' as const) : ('measured' as const) }))
    const duration = Array.from({ length: 101 }, (_, i) => Number(fixed(412.4 * (1 - 0.78 * (i / 100) ** 0.55), 2)))
    return { meter, unit: 'kW', top, duration, highest: 412.4, mean: 168.3, load_factor: 0.4081, low: 92.4, high: 371, counted: 2_810, left_out: 26 }
  }

  /** What a look could be asked of, rule by rule. */
  ruleLooks(): Looked['rules'] {
    const rule = (id: Looked['rules'][number]['rule'], zh: string, en: string, judged: number, found: number, silent: Record<string, { zh: string; en: string }> = {}, without = 0) => ({ rule: id, name: text(zh, en), judged, found, not_judged: silent, without_points: without })
    return [
      rule('night_base', '夜间基荷偏高', 'High base load at night', 4, 1, { 'meter-charging': text('只有 9 个夜晚的数据,至少要 14 个,并有工作时段的数据', '9 nights are known: it takes 14, and working hours') }),
      rule('holiday', '休息日未降载', 'Days off run like working days', 5, 1),
      rule('lights_by_day', '白天亮灯', 'Lights by day', 1, 1, { 'meter-charging': text('有用量又有室外照度的小时:亮 0、暗 0,各至少要 40', 'hours with use and outdoor light: 0 bright, 0 dark; it takes 40 of each') }),
      rule('pump_closed', '水泵对闭门运行', 'A pump runs against a closed pipe', 1, 0, {}, 5),
      rule('heat_and_cold', '同时供热供冷', 'Heating and cooling at once', 0, 0, {}, 6),
    ]
  }

  private waste(): Finding[] {
    const hours = Array.from({ length: 24 }, (_, i) => ({ at: this.at(-DAY - i * 3_600_000), kwh: Number(fixed(92 + 12 * wave(i), 2)) }))
    const spread = (middle: number) => ({ low: middle * 0.82, middle, high: middle * 1.21 })
    const finding = (id: string, rule: Finding['rule'], name: Finding['name'], explains: Finding['explains'], meter: string, named: Finding['meter_name'], kwh: number, price: number | null, more: Partial<Finding> = {}): Finding => ({
      id, site: SITE, rule, name, explains, meter, meter_name: named, open: true, found_at: this.at(-12 * DAY), seen_at: this.at(-DAY), work_order: null, repaired_on: null, verified: null,
      evidence: { kwh_month: spread(kwh), yuan_month: price === null ? null : spread(kwh * price), price, measured: 102.5, allowed: 61.2, unit: 'kW', looked_at: 28, from: this.day(-28), to: this.day(-1), hours }, ...more,
    })
    const rules = text('1–5 时中位负荷超过工作时段平均负荷的 40%;超出部分按每夜 10 小时计', 'The median load of 1 to 5 h is over 40 % of the mean in working hours; the excess counts for 10 h a night')
    return [
      finding('waste-1', 'night_base', text('夜间基荷偏高', 'High base load at night'), rules, 'meter-main', text('总进线', 'Main incoming'), 12_400, 0.41),
      finding('waste-2', 'lights_by_day', text('白天亮灯', 'Lights by day'), text('室外照度超过 2000 lx 时照明回路仍用电;允许夜间用量的一成', 'A lighting circuit takes power while it is over 2000 lx outdoors; a tenth of its use in the dark is allowed'), 'meter-a-light', text('A栋公区照明', 'Tower A lighting'), 1_850, null),
      finding('waste-3', 'holiday', text('休息日未降载', 'Days off run like working days'), text('休息日用量中位数超过工作日均值的 50%', 'The median day off takes over 50 % of the mean working day'), 'meter-a-hvac', text('A栋空调', 'Tower A air conditioning'), 4_100, 0.62, { work_order: 'order-119', repaired_on: this.day(-15), verified: { kwh_day: 131.2, half_width: 18.4, yuan_month: 2_440, distinct: true, days_before: 28, days_after: 14 } }),
    ]
  }

  baseline(meter: string, accepted: boolean): Baseline {
    const year = Number(this.day(0).slice(0, 4)) - 1
    const refusals: Refusal[] = accepted ? [] : [{ reason: 'fit_cv', says: text('离散系数 CV(RMSE) 41% 超过限值 30%', 'CV(RMSE) is 41 %, over the limit of 30 %') }]
    return { meter, from: `${year}-01-01`, to: `${year}-12-31`, method: 'daily', note: accepted ? '' : 'VRF', accepted, fit: { cv_rmse: accepted ? 0.112 : 0.41, cv_rmse_limit: 0.3, nmbe: 0.0004, nmbe_limit: 0.005, r2: accepted ? 0.91 : 0.38, monthly_cv: accepted ? 0.043 : 0.19, monthly_nmbe: 0.001, days: 361, parameters: 5, rho: 0.31 }, refusals, kind: accepted ? '5p' : null, heating_from: accepted ? 11.5 : null, cooling_from: accepted ? 22 : null, coldest: accepted ? -2.1 : null, warmest: accepted ? 33.4 : null, days_without_use: 3, days_without_temperature: 1, source: 'weather-1' }
  }

  saving(meter: string, from: string, to: string): Saving {
    const base = this.baselines.find((each) => each.meter === meter)
    const none = { meter, from, to, saved: null, half_width: null, share: null, distinct: null, expected: null, used: null, days: [], asked_days: Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1 }
    if (!base?.accepted) return { ...none, refusals: base?.refusals ?? [] }
    const days = Array.from({ length: none.asked_days }, (_, i) => {
      const expected = 2_700 + 260 * Math.sin(i / 9) + 90 * wave(i)
      return { day: new Date(Date.parse(from) + i * DAY).toISOString().slice(0, 10), expected, used: expected * (i > none.asked_days / 3 ? 0.9 : 0.99) + 60 * (wave(i + 7) - 0.5) }
    })
    const [expected, used] = [days.reduce((sum, each) => sum + each.expected, 0), days.reduce((sum, each) => sum + each.used, 0)]
    return { ...none, saved: expected - used, half_width: 3_180, share: (expected - used) / expected, distinct: expected - used > 3_180, expected, used, days, refusals: [] }
  }
}

function tariff(year: string, today: string): Tariff {
  const named = (id: string, zh: string, en: string, price: string, floats: boolean, fund: boolean) => ({ id, name: text(zh, en), price, floats, fund })
  const prices = (from: string, document: string, energy: string) => ({
    from, document, url: '', places: 6, bands: {}, capacity: '23.6', demand: '37.8', relief: null, part_month: 'thirtieth' as const, fees: [{ id: 'rent', name: text('计量装置租费', 'Metering rent'), amount: '120', per: 'month' as const }],
    components: [named('energy', '代理购电价', 'Energy', energy, true, false), named('loss', '上网环节线损', 'Line losses', '0.0172', false, false), named('transport', '输配电价', 'Transport', '0.1684', true, false), named('operation', '系统运行费', 'System operation', '0.0331', false, false), named('funds', '政府性基金及附加', 'Government funds', '0.0291', false, true)],
  })
  const window = (begin: string, end: string, band: Band) => ({ begin: `${begin}:00`, end: `${end}:00`, band })
  const rule = (windows: ReturnType<typeof window>[], more: object = {}) => ({ months: [], days: [], holidays: [], windows, ...more })
  return {
    id: 'local-1_10kv', name: text('一般工商业两部制 1–10 千伏', 'General commerce, two-part, 1–10 kV'), province: '江苏', voltage: '1_10kv', kva: { at_least: '315', below: null }, source: '',
    shapes: [{
      from: `${Number(year) - 2}-07-01`, document: '555', url: '', note: '',
      rules: [
        rule([window('08:00', '11:00', 'peak'), window('17:00', '22:00', 'peak'), window('00:00', '08:00', 'valley')], { ratios: { peak: { times: '1.6719', of: 'flat' }, valley: { times: '0.4185', of: 'flat' }, sharp: { times: '1.2', of: 'peak' }, deep_valley: { times: '0.8', of: 'valley' } } }),
        rule([window('14:00', '15:00', 'sharp'), window('20:00', '21:00', 'sharp')], { months: [7, 8] }),
        rule([window('09:00', '11:00', 'sharp'), window('18:00', '20:00', 'sharp')], { months: [1, 12] }),
        rule([window('11:00', '15:00', 'deep_valley')], { holidays: ['spring_festival', 'labour', 'national'] }),
      ],
    }],
    prices: [prices(`${Number(year) - 1}-01-01`, '', '0.4102'), prices(`${today.slice(0, 7)}-01`, '', '0.3984')],
  }
}
