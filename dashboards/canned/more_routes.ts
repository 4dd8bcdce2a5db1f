/** The cloud's paths of fires, the control room and notification. */
import type { CardFacts, NewChannel, NewRoute } from '../src/api/types'
import { access, posts, rounds, statistics } from './control_room.ts'
import { list, missing, no, ok, type Answer, type Handler, type Story } from './story.ts'

export const MORE_ROUTES: readonly (readonly [string, RegExp, Handler])[] = [
  ['GET', /^\/posts$/, () => list(posts())],
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
