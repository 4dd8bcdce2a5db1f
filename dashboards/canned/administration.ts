/** Posts, cards and contracts as they are written at the canned administration, and their paths. */
import type { Badge, Profile } from '../src/api/desk'
import type { DutyPost } from '../src/api/types'
import { list, missing, no, ok, type Handler, type Story } from './story.ts'

const SITE = 'riverside'
const LAST = 4

export class Administration {
  readonly posts = new Map<string, DutyPost>()
  readonly badges: Badge[]
  readonly profiles = new Map<string, Profile>()

  constructor(private readonly at: string) {
    const badge = (person: string, kind: Badge['kind'], shown: string): Badge => ({ id: `badge-${person}-${kind}`, site: SITE, person, kind, shown, added_at: at, added_by: 'zhang.wei' })
    this.badges = [badge('li.na', 'card', '4471'), badge('wu.hao', 'guard', 'guard-02')]
  }

  putPost(id: string, asked: Pick<DutyPost, 'name' | 'phone'>, before: DutyPost | undefined): void {
    this.posts.set(id, { site: SITE, id, name: asked.name, phone: asked.phone, on_duty: before?.on_duty ?? [] })
  }

  addBadge(asked: { readonly person: string; readonly card?: string; readonly guard?: string }): Badge {
    const made: Badge = { id: `badge-${this.badges.length + 1}`, site: SITE, person: asked.person, kind: asked.card ? 'card' : 'guard', shown: asked.card?.slice(-LAST) ?? asked.guard ?? '', added_at: this.at, added_by: 'zhang.wei' }
    this.badges.push(made)
    return made
  }

  removeBadge(id: string): boolean {
    const at = this.badges.findIndex((each) => each.id === id)
    if (at >= 0) this.badges.splice(at, 1)
    return at >= 0
  }
}

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
