/** Channels, routes, deliveries and attempts of the canned building; they change as the page changes them. */
import type { Attempt, Channel, ChannelKind, Contact, Delivery, NewChannel, NewRoute, PersonContact, Route } from '../src/api/types'

const text = (title: string, description = '') => ({ type: 'string', title, description })
const KINDS: ChannelKind[] = [
  { kind: 'wecom', medium: 'chat', setup: { type: 'object', required: ['key'], properties: { key: { ...text('Key'), format: 'password', writeOnly: true } } } },
  {
    kind: 'mail', medium: 'mail',
    setup: {
      type: 'object', required: ['host', 'sender'],
      properties: { host: text('Host'), port: { type: 'integer', title: 'Port', default: 465 }, sender: text('Sender'), password: { ...text('Password'), writeOnly: true }, starttls: { type: 'boolean', title: 'Starttls', default: false } },
    },
  },
]

export class Notification {
  readonly kinds = KINDS
  readonly channels: Channel[]
  readonly routes: Route[]
  readonly deliveries: Delivery[]
  readonly attempts: Attempt[]
  readonly contacts: PersonContact[] = [
    { person: 'li.na', mobile: '138 0000 0000', mail: '', account: '' },
    { person: 'zhang.wei', mobile: '139 0000 0000', mail: 'zhang.wei@example.com', account: 'zhangwei' },
  ]
  private made = 0

  constructor(private readonly now: () => number) {
    const at = this.at(-3600)
    this.channels = [
      { id: 'ch-wecom', site: 'riverside', name: 'WeCom 8119', kind: 'wecom', medium: 'chat', setup: { key: '••••' }, enabled: true, updated_at: at },
      { id: 'ch-mail', site: 'riverside', name: 'duty@example.com', kind: 'mail', medium: 'mail', setup: { host: 'mail.example.com', port: 465, sender: 'duty@example.com', password: '••••', starttls: false }, enabled: true, updated_at: at },
    ]
    const matches: Route['matches'] = { classes: ['life_safety'], priority: 1, systems: [], places: [], posts: [], occasions: [], hours: [], drills: false }
    this.routes = [
      { id: 'rt-life', site: 'riverside', name: 'Life-1', rank: 10, matches, channels: ['ch-wecom', 'ch-mail'], enabled: true, updated_at: at },
      { id: 'rt-rest', site: 'riverside', name: 'Rest-2', rank: 100, matches: { ...matches, classes: [], priority: 3 }, channels: ['ch-mail'], enabled: true, updated_at: at },
    ]
    const told = { site: 'riverside', alarm: 'alarm-lift-2-trapped', occasion: 'raised', route: 'rt-life', title: { zh: '2号电梯 · 电梯困人', en: 'Lift 2 · person trapped' }, priority: 1, life_safety: true }
    this.deliveries = [
      { ...told, id: 2, channel: 'ch-mail', state: 'failed', tries: 3, created_at: this.at(-70), ended_at: this.at(-20), why: 'the mail server refused the sender' },
      { ...told, id: 1, channel: 'ch-wecom', state: 'sent', tries: 1, created_at: this.at(-70), ended_at: this.at(-69), why: '' },
    ]
    this.attempts = [
      { id: 2, site: 'riverside', channel: 'ch-mail', at: this.at(-20), messages: 1, taken: false, why: 'the mail server refused the sender' },
      { id: 1, site: 'riverside', channel: 'ch-wecom', at: this.at(-69), messages: 1, taken: true, why: '' },
    ]
  }

  private at(seconds = 0): string {
    return new Date(this.now() + seconds * 1000).toISOString()
  }

  putChannel(id: string | null, body: Partial<NewChannel>): Channel | undefined {
    const before = this.channels.find((each) => each.id === id)
    if (id && !before) return undefined
    const medium = KINDS.find((kind) => kind.kind === (before?.kind ?? body.kind))?.medium ?? 'chat'
    const empty = { site: 'riverside', name: '', kind: 'wecom', setup: {}, enabled: true }
    const setup = Object.fromEntries(Object.entries({ ...before?.setup, ...body.setup }).map(([name, value]) => [name, /key|password/.test(name) ? '••••' : value]))
    const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
    const channel: Channel = { ...empty, ...before, ...given, setup, medium, id: before?.id ?? `ch-${++this.made}`, updated_at: this.at() }
    put(this.channels, channel)
    return channel
  }

  putRoute(id: string | null, body: NewRoute): Route | undefined {
    if (id && !this.routes.some((each) => each.id === id)) return undefined
    const route: Route = { ...body, id: id ?? `rt-${++this.made}`, updated_at: this.at() }
    put(this.routes, route)
    this.routes.sort((a, b) => a.rank - b.rank)
    return route
  }

  putContact(person: string, contact: Contact): PersonContact | undefined {
    const at = this.contacts.findIndex((each) => each.person === person)
    return at < 0 ? undefined : (this.contacts[at] = { ...contact, person })
  }

  remove(what: string, id: string): boolean {
    const list: { id: string }[] = what === 'channels' ? this.channels : this.routes
    const index = list.findIndex((each) => each.id === id)
    if (index >= 0) list.splice(index, 1)
    return index >= 0
  }
}

function put<T extends { id: string }>(list: T[], item: T): void {
  const index = list.findIndex((each) => each.id === item.id)
  if (index < 0) list.push(item)
  else list[index] = item
}
