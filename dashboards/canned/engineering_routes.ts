/** The cloud's paths of the engineers' pages. */
import type { AskedRepair, NewView } from '../src/api/types'
import { assets, blindPoints, calendar, compliance, portfolio, ruleStandings, statistics, systems, ticks, wire } from './engineering.ts'
import { conditions } from './conditions.ts'
import { gatewayHealth } from './gateway_health.ts'
import { list, missing, no, ok, type Answer, type Handler, type Story } from './story.ts'

const equipment = (story: Story, id: string) => story.building.equipment.find((each) => each.id === id)
const time = (url: URL, name: string) => Date.parse(url.searchParams.get(name) ?? '')

export const ENGINEERING_ROUTES: readonly (readonly [string, RegExp, Handler])[] = [
  ['GET', /^\/systems$/, (story) => list(systems(story.building))],
  ['GET', /^\/portfolio$/, (story) => list(portfolio(story.building))],
  ['GET', /^\/points$/, (story, _, url) => list(story.building.points.filter((point) => point.key || url.searchParams.get('key') === 'false'))],
  ['GET', /^\/equipment\/([^/]+)\/rules$/, (story, [, id = '']) => {
    const of = equipment(story, id)
    return of ? list(ruleStandings(story.building, of)) : missing('equipment')
  }],
  ['GET', /^\/equipment\/([^/]+)\/wire$/, (story, [, id = '']) => {
    const of = equipment(story, id)
    return of ? ok(wire(story.building, of)) : missing('equipment')
  }],
  ['GET', /^\/series\/statistics$/, (story, _, url) => list(statistics(story.building, url.searchParams.getAll('point'), time(url, 'from'), time(url, 'to')))],
  ['GET', /^\/series\/ticks$/, (story, _, url) => list(ticks(story.building, url.searchParams.getAll('point'), url.searchParams.get('from') ?? '', url.searchParams.get('to') ?? ''))],
  ['GET', /^\/assets$/, (story) => list(assets(story.building))],
  ['GET', /^\/gateway-health$/, (story) => list(gatewayHealth(story.building))],
  ['GET', /^\/conditions$/, (story, _, url) => list(conditions(story.building, url.searchParams.get('equipment')))],
  ['POST', /^\/work-orders$/, repair],
  ['GET', /^\/blind-points$/, (story) => list(blindPoints(story.building))],
  ['GET', /^\/maintenance$/, (story, _, url) => ok(calendar(story.building, time(url, 'from'), time(url, 'to')))],
  ['GET', /^\/plans\/compliance$/, (story, _, url) => ok(compliance(story.building, url.searchParams.get('month') ?? ''))],
  ['GET', /^\/views$/, (story) => list(story.building.views.list)],
  ['POST', /^\/views$/, (story, _, __, body) => ok(story.building.views.put(body as NewView, story.building.session.name), 201)],
  ['DELETE', /^\/views\/([^/]+)$/, (story, [, id = '']) => (story.building.views.drop(id) ? ok(null, 204) : missing('view'))],
]

function repair(story: Story, _: RegExpMatchArray, __: URL, body: unknown): Answer {
  const made = story.building.repair(body as AskedRepair)
  if (!made) return no(404, 'there is no such equipment')
  story.say('work_order', made)
  return ok(made, 201)
}
