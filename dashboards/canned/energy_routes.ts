/** The cloud's paths of meters and energy. */
import { apportioned, breakdown, dayBand, figures, month, quality, restatements, tree, weather } from './energy.ts'
import { carpet } from './energy_house.ts'
import { list, ok, type Handler, type Story } from './story.ts'

const now = (story: Story) => Date.parse(story.building.at)
const word = (url: URL, name: string) => url.searchParams.get(name) ?? ''

export const ENERGY_ROUTES: readonly (readonly [string, RegExp, Handler])[] = [
  ['GET', /^\/energy\/months\/(20\d\d-\d\d)$/, (story, [, wanted = '']) => ok(month(wanted, now(story)))],
  ['GET', /^\/energy-months\/([^/]+)$/, (story, _, url) => ok({ site: 'riverside', month: word(url, 'month'), items: figures(word(url, 'month'), url.searchParams.getAll('scope'), now(story)) })],
  ['GET', /^\/energy-months\/[^/]+\/breakdown$/, (story, _, url) => ok(breakdown(word(url, 'month'), now(story)))],
  ['GET', /^\/energy-months\/[^/]+\/weather$/, (story, _, url) => ok(weather(word(url, 'month'), now(story)))],
  ['GET', /^\/energy\/carpet$/, (story, _, url) => ok(carpet(word(url, 'meter'), word(url, 'first'), word(url, 'last'), word(url, 'step') === 'hour' ? 'hour' : 'quarter', now(story)))],
  ['GET', /^\/energy\/tree$/, (story, _, url) => ok(tree(word(url, 'first'), word(url, 'last'), now(story)))],
  ['GET', /^\/energy\/data-quality$/, (story, _, url) => ok(quality(word(url, 'first'), word(url, 'last'), now(story)))],
  ['GET', /^\/energy\/restatements$/, (story) => list(restatements(now(story)))],
  ['GET', /^\/energy\/apportionments\/lobby$/, (story, _, url) => ok(apportioned(word(url, 'first'), word(url, 'last'), now(story)))],
  ['GET', /^\/baselines\/[^/]+\/([^/]+)\/day$/, (story, [, meter = ''], url) => ok(dayBand(meter, word(url, 'day'), now(story)))],
]
