/** The cloud's paths of fires, the control room and notification. */
import type { AskedOrder, CardFacts, Contact, NewChannel, NewInstruction, NewPermit, NewRoute, NewStation } from '../src/api/types'
import { administrationRoutes } from './administration_routes.ts'
import { access, posts, rounds, statistics } from './control_room.ts'
import { list, missing, no, ok, type Answer, type Handler, type Story } from './story.ts'

export const MORE_ROUTES: readonly (readonly [string, RegExp, Handler])[] = [
  ...administrationRoutes(posts),
  ['GET', /^\/duty-stations$/, (story) => list(story.building.desk.stations)],
  ['POST', /^\/duty-stations$/, (story, _, __, body) => ok(story.building.desk.enrol(body as NewStation, story.building.session.name), 201)],
  ['DELETE', /^\/duty-stations\/([^/]+)$/, (story, [, id = '']) => (story.building.desk.remove(id) ? ok(null, 204) : missing('station'))],
  ['POST', /^\/duty-stations\/([^/]+)\/beat$/, (story, [, id = ''], _, body) => (story.building.desk.beat(id, (body as { armed: boolean }).armed) ? ok(null, 204) : missing('station'))],
  ['POST', /^\/duty-stations\/([^/]+)\/sound-tests$/, (story, [, id = ''], _, body) => ok(story.building.desk.test(id, (body as { heard: boolean }).heard, story.building.session.name), 201)],
  ['GET', /^\/permits$/, (story) => list(story.building.desk.permits)],
  ['POST', /^\/permits$/, (story, _, __, body) => ok(story.building.desk.ask(body as NewPermit, story.building.session.name), 201)],
  ['POST', /^\/permits\/([^/]+)\/(allow|end|refuse)$/, (story, [, id = '', what = '']) => ok(story.building.desk.decide(id, what, story.building.session.name))],
  ['GET', /^\/drawings$/, (story) => list(story.building.desk.drawings())],
  ['GET', /^\/drawings\/([^/]+)$/, (story, [, place = '']) => ok(story.building.desk.drawing(place))],
  ['PUT', /^\/drawings\/([^/]+)$/, (story, [, place = ''], _, body) => ok(story.building.desk.putDrawing(place, (body as { svg: string }).svg, story.building.session.name))],
  ['DELETE', /^\/drawings\/([^/]+)$/, (story, [, place = '']) => (story.building.desk.removeDrawing(place) ? ok(null, 204) : missing('drawing'))],
  ['GET', /^\/gateways\/([^/]+)\/instructions$/, (story) => list(story.building.desk.instructions)],
  ['POST', /^\/gateways\/([^/]+)\/instructions$/, instruct],
  ['POST', /^\/alarms\/([^/]+)\/work-order$/, order],
  ['POST', /^\/work-orders\/([^/]+)\/dispatch$/, dispatch],
  ['GET', /^\/notification\/contacts$/, (story) => list(story.building.notification.contacts)],
  ['PUT', /^\/notification\/contacts\/([^/]+)$/, (story, [, person = ''], _, body) => ok(story.building.notification.putContact(person, body as Contact))],
  ['GET', /^\/patrols$/, (story) => list(rounds(Date.parse(story.building.at)))],
  ['GET', /^\/access$/, (story) => list(access(Date.parse(story.building.at)))],
  ['GET', /^\/alarms\/statistics$/, (story) => ok(statistics(Date.parse(story.building.at)))],
  ['GET', /^\/linkage$/, (story) => list(story.building.linkage ? [story.building.linkage] : [])],
  ['GET', /^\/alarms\/([^/]+)\/procedure$/, (story, [, id = '']) => ok(story.building.procedure(id)?.said(story.building.alarms.get(id)))],
  ['POST', /^\/alarms\/([^/]+)\/procedure\/(\w+)$/, tick],
  ['PUT', /^\/alarms\/([^/]+)\/card$/, fill],
  ['GET', /^\/notification\/(kinds|channels|routes|deliveries|attempts)$/, (story, [, what = '']) => list(story.building.notification[what as 'kinds'])],
  ['POST', /^\/notification\/channels\/([^/]+)\/test$/, (_, [, id]) => ok(id === 'ch-mail' ? { taken: false, why: 'the mail server refused the sender' } : { taken: true, why: '' })],
  ['POST', /^\/notification\/channels$/, (story, _, __, body) => ok(story.building.notification.putChannel(null, body as NewChannel), 201)],
  ['PUT', /^\/notification\/channels\/([^/]+)$/, (story, [, id = ''], _, body) => ok(story.building.notification.putChannel(id, body as NewChannel))],
  ['POST', /^\/notification\/routes$/, (story, _, __, body) => ok(story.building.notification.putRoute(null, body as NewRoute), 201)],
  ['PUT', /^\/notification\/routes\/([^/]+)$/, (story, [, id = ''], _, body) => ok(story.building.notification.putRoute(id, body as NewRoute))],
  ['DELETE', /^\/notification\/(channels|routes)\/([^/]+)$/, (story, [, what = '', id = '']) => (story.building.notification.remove(what, id) ? ok(null, 204) : missing(what))],
]

/** A drill begins and ends at once; its checklist is the canned one. */
function instruct(story: Story, [, gateway = '']: RegExpMatchArray, _: URL, body: unknown): Answer {
  const { arguments: asked, reason } = body as NewInstruction
  const given = story.building.instruct(gateway, asked, reason)
  if (story.building.linkage) story.say('linkage', story.building.linkage)
  return ok(given, 201)
}

function order(story: Story, [, id = '']: RegExpMatchArray, _: URL, body: unknown): Answer {
  const made = story.building.order(id, body as AskedOrder)
  if (!made) return missing('alarm')
  const alarm = story.building.step(id, 'ordered', (body as AskedOrder).note ?? '')
  story.say('work_order', made)
  if (alarm) story.say('alarm', alarm)
  return ok(made, 201)
}

function dispatch(story: Story, [, id = '']: RegExpMatchArray, _: URL, body: unknown): Answer {
  const given = story.building.dispatch(id, (body as { to?: string }).to ?? 'li.na')
  if (!given) return missing('order')
  story.say('work_order', given)
  return ok(given)
}

function tick(story: Story, [, id = '', step = '']: RegExpMatchArray): Answer {
  const procedure = story.building.procedure(id)
  if (!procedure) return missing('fire')
  const by = story.building.session.name
  if (!procedure.tick(step, story.building.at, by)) return no(409, `${by} 已完成此步骤 · ${by} has done this step already`)
  return told(story, id, 'procedure', step)
}

function fill(story: Story, [, id = '']: RegExpMatchArray, _: URL, body: unknown): Answer {
  const procedure = story.building.procedure(id)
  if (!procedure) return missing('fire')
  procedure.fill(body as CardFacts)
  return told(story, id, 'commented', `119: ${Object.values(body as CardFacts).join('; ')}`)
}

function told(story: Story, id: string, kind: string, detail: string): Answer {
  const alarm = story.building.step(id, kind, detail)
  if (alarm) story.say('alarm', alarm)
  return ok(story.building.procedure(id)?.said(alarm))
}
