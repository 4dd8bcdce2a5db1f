/** The cloud's paths of the service desk, plans, the month and administration. */
import type { Complaint, Holidays, NewRoom, User } from '../src/api/desk'
import type { WorkOrder } from '../src/api/types'
import { list, missing, ok, type Answer, type Handler, type Story } from './story.ts'

type Body = Record<string, unknown>
const service = (story: Story) => story.building.service
const orders = (story: Story) => story.building.orders
const order = (story: Story, id: string) => orders(story).find((each) => each.id === id)

export const SERVICE_ROUTES: readonly (readonly [string, RegExp, Handler])[] = [
  ['POST', /^\/work-orders$/, report],
  ['GET', /^\/work-orders\/([^/]+)$/, (story, [, id = '']) => one(story, id)],
  ['GET', /^\/work-orders\/([^/]+)\/proposals$/, (story) => list(service(story).proposals())],
  ['GET', /^\/work-orders\/([^/]+)\/photos$/, () => list([])],
  ['POST', /^\/work-orders\/([^/]+)\/(accept|arrive|restore|verify|close|pause|resume|cancel|class|call-back)$/, stepped],
  ['GET', /^\/call-backs$/, (story) => list(service(story).callBacks(orders(story)))],
  ['GET', /^\/rooms$/, (story, _, url) => list(service(story).find(url.searchParams.get('q') ?? ''))],
  ['PUT', /^\/rooms$/, (_, __, ___, body) => ok({ rooms: (body as { rooms: NewRoom[] }).rooms.length })],
  ['GET', /^\/complaints\/figures$/, (story, _, url) => ok(service(story).complaintFigures(url.searchParams.get('month') ?? ''))],
  ['GET', /^\/complaints$/, (story, _, url) => list(service(story).complaints.filter((each) => !url.searchParams.get('room') || each.room === url.searchParams.get('room')))],
  ['POST', /^\/complaints$/, (story, _, __, body) => ok(service(story).complain(body as Partial<Complaint>), 201)],
  ['GET', /^\/complaints\/([^/]+)$/, (story, [, id]) => ok(service(story).complaints.find((each) => each.id === id))],
  ['GET', /^\/supply-notices\/touched$/, () => ok({ rooms: 2, equipment: [{ id: 'pump-1', type: 'pump', name: { zh: '1号给水泵', en: 'Supply pump 1' }, place: 'b1-pump-room', why: 'plant' }] })],
  ['GET', /^\/supply-notices$/, (story) => list(service(story).supply)],
  ['GET', /^\/plans$/, (story) => list(service(story).plans())],
  ['GET', /^\/plans\/templates$/, () => list([{ id: 'elevator', name: { zh: '电梯维保', en: 'Lift maintenance' }, type: 'elevator', source: 'TSG T5002', plans: [{ id: 'half-month', name: { zh: '半月维保', en: 'Half-monthly' }, months: 0, days: 15, ahead: 0, within: 1, trade: 'elevator', checklist: [] }] }])],
  ['GET', /^\/plans\/([^/]+)\/orders$/, (story) => list(service(story).planOrders(orders(story)))],
  ['GET', /^\/service-reports\/([^/]+)$/, (story, _, url) => ok(service(story).report(url.searchParams.get('month') ?? '', orders(story)))],
  ['GET', /^\/service-levels\/([^/]+)$/, (story) => ok(service(story).levels())],
  ['GET', /^\/names$/, (story) => list(service(story).users.filter((each) => each.display_name).map(({ name, display_name }) => ({ name, display_name })))],
  ['GET', /^\/users$/, (story) => list(service(story).users)],
  ['PUT', /^\/users\/([^/]+)$/, changeUser],
  ['GET', /^\/rota$/, (story) => list(service(story).rota())],
  ['GET', /^\/rota\/patterns$/, () => list([{ id: 'three_shift', name: { zh: '三班倒 0–8 / 8–16 / 16–24', en: 'Three shifts of 8 h' }, shifts: [], source: '物业服务承诺第六条 · Estate service promise, article 6' }])],
  ['GET', /^\/rota\/gaps$/, (story) => list([{ from: service(story).at(86_400), to: service(story).at(115_200), certified: 1 }])],
  ['GET', /^\/people$/, (story) => list(service(story).people())],
  ['GET', /^\/trades$/, (story) => list(service(story).trades())],
  ['GET', /^\/holidays\/([^/]+)$/, (story) => ok(service(story).holidays)],
  ['PUT', /^\/holidays\/([^/]+)$/, (story, _, __, body) => ok((service(story).holidays = { ...service(story).holidays, ...(body as Partial<Holidays>) }))],
  ['GET', /^\/audit$/, (story) => list(service(story).audit())],
]

function one(story: Story, id: string): Answer {
  const found = order(story, id)
  return found ? ok(service(story).detail(found)) : missing('order')
}

function report(story: Story, _: RegExpMatchArray, __: URL, body: unknown): Answer {
  const asked = body as { text: string; class: WorkOrder['class']; trade: string; room?: string | null; place?: string | null; equipment?: string | null; site: string }
  const made = asked.equipment ? story.building.repair({ customer: '', contact: '', ...asked }) : story.building.report(asked.text, asked.class, asked.trade, asked.room ?? null, asked.place ?? null)
  if (!made) return missing('equipment')
  story.say('work_order', made)
  return ok(service(story).detail(made), 201)
}

const BECOMES: Readonly<Record<string, Partial<WorkOrder>>> = { accept: { state: 'accepted' }, arrive: { state: 'on_site', arrival: 'self' }, restore: { state: 'restored', proof: 'person' }, verify: { state: 'verified' }, close: { state: 'closed', open: false }, pause: { state: 'paused' }, resume: { state: 'accepted' }, cancel: { state: 'cancelled', open: false }, class: {}, 'call-back': {} }
const TIME: Readonly<Record<string, keyof WorkOrder>> = { accept: 'accepted_at', arrive: 'arrived_at', restore: 'restored_at', verify: 'verified_at', close: 'closed_at', 'call-back': 'called_back_at' }

function stepped(story: Story, [, id = '', word = '']: RegExpMatchArray, _: URL, body: unknown): Answer {
  const asked = body as Body
  const changed = story.building.change(id, { ...BECOMES[word], ...(word === 'class' ? { class: asked.class as WorkOrder['class'] } : {}), ...(TIME[word] ? { [TIME[word]]: story.building.at } : {}) })
  if (!changed) return missing('order')
  story.say('work_order', changed)
  return ok(service(story).detail(changed))
}

function changeUser(story: Story, [, name]: RegExpMatchArray, _: URL, body: unknown): Answer {
  const { users } = service(story)
  const at = users.findIndex((each) => each.name === name)
  const before = users[at]
  if (!before) return missing('user')
  return ok((users[at] = { ...before, ...(body as Partial<User>) }))
}
