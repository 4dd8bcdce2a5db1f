/** The cloud's paths, answered from the canned building. */
import { isKind, Refused } from './answering.ts'
import { ENERGY_MONEY_ROUTES } from './energy_money_routes.ts'
import { ENERGY_ROUTES } from './energy_routes.ts'
import { ENERGY_SETUP_ROUTES } from './energy_setup_routes.ts'
import { ENGINEERING_ROUTES } from './engineering_routes.ts'
import { MORE_ROUTES } from './more_routes.ts'
import { SERVICE_ROUTES } from './service_routes.ts'
import { series } from './series.ts'
import { list, missing, no, ok, type Answer, type Handler, type Said, type Story } from './story.ts'

const ROUTES: readonly (readonly [string, RegExp, Handler])[] = [
  ...MORE_ROUTES,
  ...SERVICE_ROUTES,
  ...ENERGY_MONEY_ROUTES,
  ...ENERGY_ROUTES,
  ...ENERGY_SETUP_ROUTES,
  ...ENGINEERING_ROUTES,
  ['GET', /^\/session$/, (story) => ok(story.building.session)],
  ['DELETE', /^\/session$/, (story) => ((story.loggedIn = false), ok(null, 204))],
  ['GET', /^\/sites$/, (story) => list(story.building.sites)],
  ['GET', /^\/gateways$/, (story) => list(story.building.gateways)],
  ['GET', /^\/equipment$/, (story) => list(story.building.equipment)],
  ['GET', /^\/equipment\/([^/]+)$/, (story, [, id]) => ok(story.building.equipment.find((each) => each.id === id)) ],
  ['GET', /^\/equipment\/([^/]+)\/points$/, (story, [, id]) => list(story.building.points.filter((point) => point.equipment === id))],
  ['GET', /^\/alarms$/, (story, _, url) => list(alarms(story, url))],
  ['GET', /^\/alarms\/([^/]+)$/, (story, [, id]) => ok(story.building.alarms.get(id ?? ''))],
  ['POST', /^\/alarms\/silence$/, silence],
  ['POST', /^\/alarms\/([^/]+)\/([a-z]+)$/, answerAlarm],
  ['GET', /^\/work-orders$/, (story, _, url) => list(orders(story, url))],
  ['GET', /^\/series$/, (story, _, url) => past(story, url)],
  ['GET', /^\/stream$/, (story) => (story.cut ? 'cut' : 'stream')],
]

function answerAlarm(story: Story, [, id = '', kind = '']: RegExpMatchArray, _: URL, body: unknown): Answer {
  if (!isKind(kind)) return missing(kind)
  try {
    const alarm = story.building.answer(id, kind, (body ?? {}) as Record<string, unknown>)
    if (!alarm) return missing('alarm')
    if (kind === 'acknowledge') story.acknowledged.push(alarm.id)
    story.say('alarm', alarm)
    if (kind === 'confirm' && story.building.linkage) story.say('linkage', story.building.linkage)
    return ok(alarm, kind === 'reset' ? 202 : 200)
  } catch (error) {
    if (error instanceof Refused) return no(409, error.message)
    throw error
  }
}

function silence(story: Story, _: RegExpMatchArray, url: URL, body: unknown): Answer {
  const { ids } = body as { ids: readonly string[] }
  const said = ids.map((id) => ({ id, ...(answerAlarm(story, ['', id, 'silence'], url, {}) as Said) }))
  const refused = said.filter((each) => each.status >= 400)
  if (refused.length === said.length && refused[0]) return refused[0]
  const why = refused.map(({ id, status, body: told }) => ({ id, status, detail: (told as { detail: string }).detail }))
  return ok({ items: said.filter((each) => each.status < 400).map((each) => each.body), refused: why })
}

function alarms(story: Story, url: URL): readonly unknown[] {
  const equipment = url.searchParams.get('equipment')
  return story.building.listAlarms(url.searchParams.get('open') === 'true').filter((alarm) => (!equipment || alarm.equipment === equipment) && isWithin(url, alarm.raised_at))
}

function orders(story: Story, url: URL): readonly unknown[] {
  const equipment = url.searchParams.get('equipment')
  const room = url.searchParams.get('room')
  return story.building.orders.filter((order) => (!equipment || order.equipment === equipment) && (!room || order.room === room) && isWithin(url, order.reported_at))
}

function isWithin(url: URL, at: string): boolean {
  const from = url.searchParams.get('from')
  const to = url.searchParams.get('to')
  return (!from || at >= from) && (!to || at < to)
}

function past(story: Story, url: URL): Answer {
  const ids = url.searchParams.getAll('point')
  const points = ids.flatMap((id) => story.building.points.find((point) => point.id === id) ?? [])
  const time = (name: string) => Date.parse(url.searchParams.get(name) ?? '')
  return ok(series(points, time('from'), time('to'), Number(url.searchParams.get('buckets'))))
}

/** What tests tell the building: `/canned/cut`, `/canned/fail?status=409`, `/canned/raise?like=…&id=…&with={…}`,
 *  `/canned/forbid?permission=alarm:read`, `/canned/silence`, `/canned/fire?drill=true`, `/canned/panel-reset?id=…`, `/canned/as?name=…`,
 *  `/canned/flood?count=…`, `/canned/live?seconds=…`. */
function direct(story: Story, url: URL): Answer | Promise<Answer> {
  const what = url.pathname.slice('/canned/'.length)
  const wanted = (name: string) => url.searchParams.get(name) ?? ''
  if (what === 'reset') story.reset()
  else if (what === 'cut') story.cutStream()
  else if (what === 'restore') story.cut = false
  else if (what === 'expire') story.loggedIn = false
  else if (what === 'fail') story.failing = Number(wanted('status'))
  else if (what === 'raise') story.say('alarm', story.building.raise(wanted('like'), wanted('id'), JSON.parse(wanted('with') || '{}') as object))
  else if (what === 'flood') for (const alarm of story.building.flood(Number(wanted('count')))) story.say('alarm', alarm)
  else if (what === 'live') return story.live(Number(wanted('seconds'))).then(() => ok([]))
  else if (what === 'fire') story.say('alarm', story.building.fire(wanted('drill') === 'true'))
  else if (what === 'panel-reset') story.say('alarm', story.building.panelReset(wanted('id')))
  else if (what === 'as') story.building.session = { ...story.building.session, name: wanted('name') }
  else if (what === 'forbid') story.building.forbid(wanted('permission'))
  else if (what === 'silence') story.building.silent = true
  else if (what !== 'acknowledged') return missing(what)
  return ok(story.acknowledged)
}

export function answer(story: Story, method: string, url: URL, body: unknown): Answer | Promise<Answer> {
  if (url.pathname.startsWith('/canned/')) return direct(story, url)
  const path = url.pathname.slice('/api/v1'.length)
  if (method === 'POST' && path === '/session') return logIn(story, body)
  if (!story.loggedIn) return no(401, 'Log in, or send a token: Authorization: Bearer …')
  if (method !== 'GET' && story.failing) {
    const status = story.failing
    story.failing = 0
    return no(status, 'canned refusal')
  }
  const needs = path.startsWith('/alarms') ? 'alarm:read' : path.startsWith('/work-orders') ? 'order:read' : ''
  if (needs && !story.building.may(needs)) return no(403, `this needs ${needs}`)
  for (const [verb, pattern, handler] of ROUTES) {
    const found = verb === method ? path.match(pattern) : null
    if (!found) continue
    const said = handler(story, found, url, body)
    return typeof said === 'object' && said.body === undefined ? missing(path) : said
  }
  return missing(path)
}

/** Any name with the password `gatehouse` may in. */
function logIn(story: Story, body: unknown): Answer {
  const { password } = body as { password?: string }
  if (password !== 'gatehouse') return no(401, 'the name or the password is wrong')
  story.loggedIn = true
  return ok(story.building.session)
}
