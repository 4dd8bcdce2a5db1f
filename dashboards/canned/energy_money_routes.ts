/** The cloud's paths of tariffs, bills, targets, waste, readings by hand and baselines. */
import type { Baseline, CheckedBill, Finding, Reading, Rectification, StoredTarget, Tariff } from '../src/api/energy_money'
import { list, missing, no, ok, type Answer, type Handler, type Story } from './story.ts'

type Body = Record<string, never>
const money = (story: Story) => story.building.energyMoney
const said = (url: URL, name: string) => url.searchParams.get(name) ?? ''
const MAIN = 'meter-main'

export const ENERGY_MONEY_ROUTES: readonly (readonly [string, RegExp, Handler])[] = [
  ['GET', /^\/bills\/[^/]+$/, (story, _, url) => ok(money(story).bill(said(url, 'meter'), said(url, 'from'), said(url, 'to')))],
  ['GET', /^\/bills\/[^/]+\/stack$/, (story, _, url) => ok(money(story).stack(said(url, 'meter'), said(url, 'from'), said(url, 'to')))],
  ['GET', /^\/bills\/[^/]+\/choices$/, (story, _, url) => ok(money(story).choices(said(url, 'meter'), Number(said(url, 'year'))))],
  ['GET', /^\/bills\/[^/]+\/checks$/, (story) => list(money(story).checks)],
  ['POST', /^\/bills\/[^/]+\/checks$/, check],
  ['GET', /^\/tariffs$/, (story) => ok({ items: [money(story).tariff], shipped: [{ ...money(story).tariff.tariff, id: 'gansu', name: { zh: '甘肃峰谷时段', en: 'Gansu, bands' }, province: '甘肃', prices: [] }] })],
  ['GET', /^\/tariffs\/[^/]+\/[^/]+\/revisions$/, (story) => list([money(story).tariff, { ...money(story).tariff, revision: money(story).tariff.revision - 1, at: money(story).at(-200 * 86_400_000) }])],
  ['PUT', /^\/tariffs\/[^/]+\/[^/]+$/, putTariff],
  ['GET', /^\/supply-contracts$/, (story) => list([{ meter: MAIN, contracts: [{ from: '2024-01-01', tariff: money(story).tariff.tariff.id, kva: '630', basic: 'capacity', contract_kw: null, least_share: '0.4', power_factor: '0.90', kwh_places: 3 }] }])],
  ['PUT', /^\/supply-contracts\/[^/]+\/[^/]+$/, () => ok(null, 204)],
  ['GET', /^\/energy\/demand$/, (story, _, url) => ok(money(story).demand(said(url, 'meter'), said(url, 'last')))],
  ['GET', /^\/waste\/[^/]+$/, (story) => list(money(story).findings)],
  ['POST', /^\/waste\/[^/]+\/look$/, (story) => ok({ findings: money(story).findings.slice(0, 2), meters: 6, rules: money(story).ruleLooks(), not_judged: { 'meter-water-gardens': '缺数或只有估算值 · nothing but gaps and estimates' } })],
  ['POST', /^\/waste\/[^/]+\/([^/]+)\/(work-order|repaired|close)$/, waste],
  ['GET', /^\/energy-targets\/[^/]+$/, (story, _, url) => list(money(story).targets.filter((each) => each.month.startsWith(said(url, 'year'))))],
  ['PUT', /^\/energy-targets\/[^/]+$/, putTargets],
  ['POST', /^\/energy-targets\/[^/]+\/breakdown$/, breakDown],
  ['GET', /^\/rectifications$/, (story) => list(money(story).tasks)],
  ['POST', /^\/rectifications\/([^/]+)$/, answerTask],
  ['GET', /^\/meter-readings$/, (story) => list(money(story).readings)],
  ['POST', /^\/meter-readings$/, enter],
  ['POST', /^\/meter-readings\/csv$/, importFile],
  ['DELETE', /^\/meter-readings\/([^/]+)$/, voidReading],
  ['GET', /^\/meters\/[^/]+\/replacements$/, (story) => list(money(story).replacements)],
  ['POST', /^\/meters\/[^/]+\/replacements$/, replace],
  ['DELETE', /^\/meter-replacements\/[^/]+$/, () => ok(null, 204)],
  ['PUT', /^\/meters\/([^/]+)\/reading-period$/, () => ok({ restated: 0 })],
  ['GET', /^\/baselines\/[^/]+$/, baselines],
  ['PUT', /^\/baselines\/[^/]+\/([^/]+)$/, putBaseline],
  ['DELETE', /^\/baselines\/[^/]+\/([^/]+)$/, removeBaseline],
  ['GET', /^\/baselines\/[^/]+\/([^/]+)\/saving$/, (story, [, meter = ''], url) => ok(money(story).saving(meter, said(url, 'from'), said(url, 'to')))],
]

function check(story: Story, _: RegExpMatchArray, __: URL, body: unknown): Answer {
  const asked = body as { meter: string; from: string; to: string; bill: CheckedBill['actual'] }
  return ok(money(story).check(asked.meter, asked.from, asked.to, asked.bill, story.building.session.name), 201)
}

/** As the cloud does: a list of a past day changes only with a reason. */
function putTariff(story: Story, _: RegExpMatchArray, __: URL, body: unknown): Answer {
  const asked = body as { tariff: Tariff; restates: string }
  const before = money(story).tariff
  const today = money(story).day(0)
  const past = (tariff: Tariff) => JSON.stringify(tariff.prices.filter((each) => each.from < today))
  if (!asked.restates && past(asked.tariff) !== past(before.tariff)) return no(422, `${today} 的电价会被改写:请新增一个自某日起的版本,或填写更正原因 · this would rewrite ${today}: add prices from a later day on, or say in \`restates\` why the past is corrected`)
  money(story).tariff = { tariff: asked.tariff, revision: before.revision + 1, at: money(story).at(), by: story.building.session.name, reason: asked.restates }
  return ok(money(story).tariff)
}

function waste(story: Story, [, id = '', word = '']: RegExpMatchArray, _: URL, body: unknown): Answer {
  const { findings } = money(story)
  const at = findings.findIndex((each) => each.id === id)
  const before = findings[at]
  if (!before) return missing('finding')
  const change: Partial<Finding> = word === 'close' ? { open: false } : word === 'repaired' ? { repaired_on: (body as { on: string }).on } : { work_order: 'order-120' }
  findings[at] = { ...before, ...change }
  return word === 'close' ? ok(null, 204) : ok(findings[at], word === 'work-order' ? 201 : 200)
}

function putTargets(story: Story, _: RegExpMatchArray, __: URL, body: unknown): Answer {
  const asked = body as { targets: readonly Pick<StoredTarget, 'scope' | 'month' | 'amount' | 'owner'>[]; restates: string }
  const held = money(story).targets
  const month = money(story).day(0).slice(0, 7)
  const past = asked.targets.find((each) => each.month < month)
  if (past && !asked.restates) return no(422, `${past.month} 已结束,更改须填写原因 · ${past.month} is over: say in \`restates\` why its target changes`)
  for (const each of asked.targets) {
    const at = held.findIndex((other) => other.scope === each.scope && other.month === each.month)
    held.splice(at < 0 ? held.length : at, at < 0 ? 0 : 1, { ...each, unit: 'kW.h', updated_at: money(story).at(), updated_by: story.building.session.name } as StoredTarget)
  }
  return ok(null, 204)
}

function breakDown(_: Story, __: RegExpMatchArray, ___: URL, body: unknown): Answer {
  const asked = body as { year: number; amount: string; scopes: readonly string[]; owner: string; shares: object }
  const targets = asked.scopes.flatMap((scope) => Array.from({ length: 12 }, (_each, i) => ({ scope, month: `${asked.year}-${String(i + 1).padStart(2, '0')}`, amount: String(Math.round(Number(asked.amount) / 12 / asked.scopes.length)), owner: asked.owner })))
  return ok({ targets, basis: Object.keys(asked.shares).length ? 'given' : 'last_year' })
}

function answerTask(story: Story, [, id]: RegExpMatchArray, _: URL, body: unknown): Answer {
  const { tasks } = money(story)
  const asked = body as { state: Rectification['state']; note: string; owner?: string | null; due?: string | null }
  const at = tasks.findIndex((each) => each.id === id)
  const before = tasks[at]
  if (!before) return missing('task')
  const steps = [...before.missed.steps, { at: money(story).at(), by: story.building.session.name, state: asked.state, note: asked.note }]
  tasks[at] = { ...before, state: asked.state, owner: asked.owner ?? before.owner, due: asked.due ?? before.due, missed: { ...before.missed, steps } }
  return ok(tasks[at])
}

function enter(story: Story, _: RegExpMatchArray, __: URL, body: unknown): Answer {
  const asked = body as { meter: string; at: string; value: string; note: string; sure: boolean }
  const { readings } = money(story)
  const before = readings.find((each) => !each.void_at)
  if (before && Number(asked.value) < Number(before.value) && !asked.sure) return no(409, `小于上次读数 (${before.value}) · it lies below the reading before (${before.value}); a replaced meter is entered as such`)
  const made: Reading = { id: `reading-new-${readings.length}`, site: 'riverside', meter: asked.meter, at: asked.at, value: asked.value, unit: 'm3', source: 'form', note: asked.note, entered_at: money(story).at(), entered_by: story.building.session.name, void_at: null, void_by: null }
  readings.unshift(made)
  return ok({ reading: made, restated: 0 }, 201)
}

/** An end below the last reading is asked back with its numbers. */
function replace(story: Story, _: RegExpMatchArray, __: URL, body: unknown): Answer {
  const asked = body as { removed: string; sure: boolean }
  if (Number(asked.removed) < 8_210.5 && !asked.sure) return no(409, `请核对:止码 ${asked.removed} m3 小于此前读数 8,210.5 m3。确认无误请勾选后再次提交 · look again: the old meter's end ${asked.removed} m3 lies below its last reading 8,210.5 m3. Confirm it (sure: true) where it is right all the same`)
  return ok({ replacement: money(story).replacements[0], restated: 12 }, 201)
}

/** A file whose words the canned cloud does not understand has mistakes on two lines. */
function importFile(_: Story, __: RegExpMatchArray, url: URL, body: unknown): Answer {
  const all = String((body as Body)['text'] ?? '').trim().split(/\r?\n/).slice(1)
  const lines = all.filter((line) => line.split(',')[2]?.trim())
  const errors = lines.flatMap((line, i) => (/,\d+(\.\d+)?,?[^,]*$/.test(line) ? [] : [{ line: i + 2, says: '读数不是数字 · the reading is no number' }]))
  if (errors.length) return { status: 422, body: { type: '/problems/unfit-readings', title: 'The file has mistakes', zh: '文件有错误', status: 422, detail: `${errors.length} 处错误 · ${errors.length} mistakes`, errors } }
  return ok({ lines: lines.length, added: lines.length, unchanged: 0, skipped: all.length - lines.length, restated: 4 * lines.length, dry_run: url.searchParams.get('dry_run') === 'true' })
}

function voidReading(story: Story, [, id]: RegExpMatchArray): Answer {
  const { readings } = money(story)
  const at = readings.findIndex((each) => each.id === id)
  const before = readings[at]
  if (!before) return missing('reading')
  readings[at] = { ...before, void_at: money(story).at(), void_by: story.building.session.name }
  return ok(null, 204)
}

function baselines(story: Story): Answer {
  const items = money(story).baselines
  const by: Record<string, number> = {}
  for (const { reason } of items.flatMap((each) => each.refusals)) by[reason] = (by[reason] ?? 0) + 1
  const accepted = items.filter((each) => each.accepted).length
  return ok({ items, counts: { accepted, refused: items.length - accepted, by_reason: by } })
}

function putBaseline(story: Story, [, meter = '']: RegExpMatchArray, _: URL, body: unknown): Answer {
  const items = money(story).baselines
  const made: Baseline = { ...money(story).baseline(meter, true), ...(body as Partial<Baseline>), meter }
  const at = items.findIndex((each) => each.meter === meter)
  items.splice(at < 0 ? items.length : at, at < 0 ? 0 : 1, made)
  return ok(made)
}

function removeBaseline(story: Story, [, meter]: RegExpMatchArray): Answer {
  const items = money(story).baselines
  const at = items.findIndex((each) => each.meter === meter)
  if (at < 0) return missing('baseline')
  items.splice(at, 1)
  return ok(null, 204)
}
