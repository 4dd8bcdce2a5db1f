/** The cloud's paths that set up energy. */
import type { MeterSet, Rule } from '../src/api/energy_setup'
import { isPart, SHIPPED, USES, type EnergySetup } from './energy_setup.ts'
import { list, missing, no, ok, type Answer, type Handler, type Story } from './story.ts'

const held = (story: Story): EnergySetup => story.building.energySetup
const said = (url: URL, name: string) => url.searchParams.get(name) ?? ''

export const ENERGY_SETUP_ROUTES: readonly (readonly [string, RegExp, Handler])[] = [
  ['GET', /^\/meters$/, (story) => list(held(story).meters())],
  ['GET', /^\/meter-uses$/, () => ok(USES)],
  ['GET', /^\/meters\/([^/]+)\/settings$/, (story, [, id = '']) => {
    const found = held(story).set(id)
    return found ? ok(found) : missing('meter')
  }],
  ['PUT', /^\/meters\/([^/]+)$/, putMeter],
  ['DELETE', /^\/meters\/([^/]+)$/, removeMeter],
  ['GET', /^\/energy-factors$/, () => ok(SHIPPED)],
  ['GET', /^\/energy-settings\/[^/]+$/, (story) => ok(held(story).held())],
  ['PUT', /^\/energy-settings\/[^/]+\/(areas|factors|weather)$/, (story, [, part = ''], _, body) => {
    const isTaken = isPart(part) && held(story).put(part, body as Parameters<EnergySetup['put']>[1])
    return isTaken ? ok(null, 204) : no(409, '您打开之后,这部分设置已被他人更改,未保存;请重新读取,核对后再保存 · somebody has changed these settings since you read them, nothing was saved: read them again, look at both, then save')
  }],
  ['GET', /^\/energy-settings\/[^/]+\/temperatures$/, (story, _, url) => ok(held(story).temperatures(said(url, 'from'), said(url, 'to')))],
  ['POST', /^\/energy-settings\/[^/]+\/temperatures\/csv$/, importHours],
  ['GET', /^\/apportionments$/, (story) => list(held(story).rules)],
  ['POST', /^\/apportionments\/try$/, (story, _, url, body) => ok(held(story).tried(body as Rule, said(url, 'first'), said(url, 'last')))],
  ['PUT', /^\/apportionments\/([^/]+)$/, (story, [, id = ''], _, body) => {
    held(story).rules = [...held(story).rules.filter((rule) => rule.id !== id), body as Rule]
    return ok(null, 204)
  }],
  ['DELETE', /^\/apportionments\/([^/]+)$/, (story, [, id = '']) => {
    held(story).rules = held(story).rules.filter((rule) => rule.id !== id)
    return ok(null, 204)
  }],
]

/** As the cloud does: a parent below itself is refused, with the place; a try changes nothing. */
function putMeter(story: Story, [, id = '']: RegExpMatchArray, url: URL, body: unknown): Answer {
  const asked = body as MeterSet['settings']
  const setup = held(story)
  if (asked.parent && setup.meters().find((each) => each.id === asked.parent)?.parent === id) {
    const detail = `上级循环 · the meters above '${id}' run in a circle: set another parent`
    return { status: 422, body: { type: '/problems/unprocessable', title: 'No', zh: '不行', status: 422, detail, errors: [{ where: 'body.parent', says: detail }] } }
  }
  const before = setup.changed.get(id)
  setup.changed.set(id, asked)
  const meter = setup.meters().find((each) => each.id === id)
  const tried = said(url, 'dry_run') === 'true'
  if (tried && before) setup.changed.set(id, before)
  else if (tried) setup.changed.delete(id)
  const month = tried && asked.kind === 'virtual' ? { amount: '1842.500000', coverage: 0.993, quality: 'interpolated', uncertainty: 0.4 } : null
  return ok({ meter, restated: asked.multiplier ? 2880 : 0, month })
}

function removeMeter(story: Story, [, id = '']: RegExpMatchArray): Answer {
  const setup = held(story)
  const used = setup.meters().filter((each) => each.parent === id || each.formula?.includes(`[${id}]`))
  if (setup.set(id)?.inventory === null && used.length) return no(409, `其他表引用了它:${used.map((each) => each.id).join(', ')} · these need '${id}': ${used.map((each) => each.id).join(', ')}; change them first`)
  if (!setup.changed.delete(id)) setup.removed.add(id)
  return ok(null, 204)
}

function importHours(_: Story, __: RegExpMatchArray, url: URL, body: unknown): Answer {
  const lines = String((body as { text?: string }).text ?? '').trim().split(/\r?\n/).slice(1)
  const errors = lines.flatMap((line, i) => (/,-?\d+(\.\d+)?$/.test(line) ? [] : [{ line: i + 2, says: '温度应为数字,如 12.5 · a temperature is a plain number' }]))
  if (errors.length) return { status: 422, body: { type: '/problems/unfit-file', title: 'The file has mistakes', zh: '文件有错误', status: 422, detail: `${errors.length} 处错误 · ${errors.length} mistakes`, errors } }
  return ok({ hours: lines.length, first: '2026-11-20T16:00:00Z', last: '2026-11-21T15:00:00Z', dry_run: url.searchParams.get('dry_run') === 'true' })
}
