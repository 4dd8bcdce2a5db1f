/** Posts, cards and contracts as they are written at the canned administration. */
import type { Badge, Profile } from '../src/api/desk'
import type { DutyPost } from '../src/api/types'

export const SITE = 'riverside'
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
