/** The paths of the canned administration. */
import type { Profile } from '../src/api/desk'
import type { DutyPost } from '../src/api/types'
import { SITE } from './administration.ts'
import { list, missing, no, ok, type Handler, type Story } from './story.ts'

/** One code a piece of equipment, as letters and digits without those that look alike. */
function codes(story: Story) {
  return story.building.equipment.map((each, i) => {
    const code = `GH7K2M9QX4RT${String(i + 22).padStart(4, '0').replaceAll('0', 'W').replaceAll('1', 'V')}`
    return { code, shown: code.replace(/(.{4})(?=.)/g, '$1-'), path: `/q/${code}`, site: SITE, kind: 'equipment', ref: each.id, name: each.name, where: null, made_at: own(story).badges[0]?.added_at ?? '' }
  })
}

const own = (story: Story) => story.building.service.administration

/** `shipped`: the posts that the story has by itself. */
export const administrationRoutes = (shipped: () => DutyPost[]): readonly (readonly [string, RegExp, Handler])[] => [
  ['GET', /^\/posts$/, (story) => list([...new Map([...shipped().map((each) => [each.id, each] as const), ...own(story).posts]).values()])],
  ['PUT', /^\/posts\/([^/]+)$/, (story, [, id = ''], _, body) => {
    own(story).putPost(id, body as DutyPost, shipped().find((each) => each.id === id))
    return ok(null, 204)
  }],
  ['DELETE', /^\/posts\/([^/]+)$/, (story, [, id = '']) => (own(story).posts.delete(id) ? ok(null, 204) : missing('post'))],
  ['GET', /^\/qr-codes$/, (story) => list(codes(story))],
  ['POST', /^\/qr-codes$/, (story) => list(codes(story))],
  ['POST', /^\/qr-codes\/replace$/, () => ok({}, 201)],
  ['GET', /^\/badges$/, (story) => list(own(story).badges)],
  ['POST', /^\/badges$/, (story, _, __, body) => ok(own(story).addBadge(body as { person: string; card?: string; guard?: string }), 201)],
  ['DELETE', /^\/badges\/([^/]+)$/, (story, [, id = '']) => (own(story).removeBadge(id) ? ok(null, 204) : missing('badge'))],
  ['PUT', /^\/service-levels\/[^/]+\/profiles\/([^/]+)$/, (story, [, id = ''], _, body) => {
    if (id === 'estate' || id === 'grade_three') return no(409, `${id} 随系统提供 · ${id} ships with Gatehouse: choose an id of your own`)
    own(story).profiles.set(id, body as Profile)
    return ok(null, 204)
  }],
]
