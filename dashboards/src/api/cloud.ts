/** The cloud's paths that the pages use, each with its answer's type. */
import type { Answer } from './answer'
import { file, get, post, put, remove, type Query } from './client'
import type {
  Access, Alarm, AlarmDetail, AskedOrder, AskedRepair, Asset, Attempt, BlindEquipment, CardFacts, ChangedChannel, Channel, ChannelKind, Contact, Delivery, Drawing, DrawingDetail, DutyPost, DutyStation, Equipment, EquipmentDetail,
  Compliance, Gateway, GatewayHealth, GivenInstruction, Linkage, MachineCondition, MaintenanceCalendar, NewChannel, NewInstruction, NewPermit, NewRoute, NewStation, NewView, Page, Permit, PersonContact, PointStatistics, PointValue, Procedure, Round, Route, RuleStanding, SeriesAnswer, Session, SeveralAnswered, Site, SiteStanding, SoundTest, Statistics, SystemRow,
  TakenDrawing, Tested, Tick, View, Wire, WorkOrder,
} from './types'

/** A site and a stretch of time, RFC 3339. */
export interface Span extends Query {
  readonly site: string
  readonly from: string
  readonly to: string
}

const MOST_PAGES = 20
const id = encodeURIComponent

/** All parts of a list; stops after MOST_PAGES, so that no mistake makes an endless loop. */
async function all<T>(route: string, query: Query): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const part = await get<Page<T>>(route, { ...query, cursor })
    items.push(...part.items)
    if (!part.next) break
    cursor = part.next
  }
  return items
}

export const cloud = {
  session: () => get<Session>('/session'),
  logIn: (name: string, password: string) => post<Session>('/session', { name, password }),
  logOut: () => remove('/session'),
  sites: () => all<Site>('/sites', {}),
  gateways: (site: string) => all<Gateway>('/gateways', { site }),
  equipment: (site: string) => all<Equipment>('/equipment', { site }),
  oneEquipment: (site: string, equipment: string) => get<EquipmentDetail>(`/equipment/${id(equipment)}`, { site }),
  points: (site: string, equipment: string) => all<PointValue>(`/equipment/${id(equipment)}/points`, { site }),
  keyPoints: (site: string) => all<PointValue>('/points', { site, key: true }),
  openAlarms: (site: string) => all<Alarm>('/alarms', { site, open: true, limit: 500 }),
  unclosedAlarms: (site: string) => all<Alarm>('/alarms', { site, unclosed: true, limit: 500 }),
  alarmHistory: (site: string, equipment?: string) => get<Page<Alarm>>('/alarms', { site, equipment, limit: 200 }),
  alarm: (alarm: string) => get<AlarmDetail>(`/alarms/${id(alarm)}`),
  /** `said.kind` is the path's last word, the rest the body. */
  answer: (alarm: string, { kind, ...body }: Answer) => post<Alarm>(`/alarms/${id(alarm)}/${kind}`, body),
  silence: (ids: readonly string[]) => post<SeveralAnswered>('/alarms/silence', { ids }),
  procedure: (alarm: string) => get<Procedure>(`/alarms/${id(alarm)}/procedure`),
  tick: (alarm: string, step: string) => post<Procedure>(`/alarms/${id(alarm)}/procedure/${id(step)}`),
  fillCard: (alarm: string, facts: CardFacts) => put<Procedure>(`/alarms/${id(alarm)}/card`, facts),
  linkage: async (site: string) => (await get<Page<Linkage>>('/linkage', { site, limit: 50 })).items,
  rounds: async (site: string) => (await get<Page<Round>>('/patrols', { site })).items,
  access: async (site: string) => (await get<Page<Access>>('/access', { site, limit: 60 })).items,
  statistics: (site: string) => get<Statistics>('/alarms/statistics', { site }),
  channels: async (site: string) => (await get<Page<Channel>>('/notification/channels', { site })).items,
  changeChannel: (channel: string, change: Partial<ChangedChannel>) => put<Channel>(`/notification/channels/${id(channel)}`, change),
  testChannel: (channel: string, to: Contact) => post<Tested>(`/notification/channels/${id(channel)}/test`, to),
  routes: async (site: string) => (await get<Page<Route>>('/notification/routes', { site })).items,
  changeRoute: (route: string, body: NewRoute) => put<Route>(`/notification/routes/${id(route)}`, body),
  deliveries: async (site: string) => (await get<Page<Delivery>>('/notification/deliveries', { site })).items,
  attempts: async (site: string) => (await get<Page<Attempt>>('/notification/attempts', { site })).items,
  channelKinds: async () => (await get<Page<ChannelKind>>('/notification/kinds')).items,
  addChannel: (body: NewChannel) => post<Channel>('/notification/channels', body),
  removeChannel: (channel: string) => remove(`/notification/channels/${id(channel)}`),
  addRoute: (body: NewRoute) => post<Route>('/notification/routes', body),
  removeRoute: (route: string) => remove(`/notification/routes/${id(route)}`),
  contacts: async () => (await get<Page<PersonContact>>('/notification/contacts')).items,
  putContact: (person: string, contact: Contact) => put<unknown>(`/notification/contacts/${id(person)}`, contact),
  drawings: async (site: string) => (await get<Page<Drawing>>('/drawings', { site })).items,
  drawing: (site: string, place: string) => get<DrawingDetail>(`/drawings/${id(place)}`, { site }),
  putDrawing: (site: string, place: string, svg: string) => put<TakenDrawing>(`/drawings/${id(place)}`, { site, svg }),
  removeDrawing: (site: string, place: string) => remove(`/drawings/${id(place)}`, { site }),
  openPermits: (site: string) => all<Permit>('/permits', { site, open: true }),
  askPermit: (body: NewPermit) => post<Permit>('/permits', body),
  permitStep: (permit: string, what: 'allow' | 'end' | 'refuse', body: object) => post<Permit>(`/permits/${id(permit)}/${what}`, body),
  stations: async (site: string) => (await get<Page<DutyStation>>('/duty-stations', { site })).items,
  enrol: (body: NewStation) => post<DutyStation>('/duty-stations', body),
  removeStation: (station: string) => remove(`/duty-stations/${id(station)}`),
  beat: (station: string, armed: boolean) => post<unknown>(`/duty-stations/${id(station)}/beat`, { armed }),
  logTest: (station: string, heard: boolean) => post<SoundTest>(`/duty-stations/${id(station)}/sound-tests`, { heard }),
  instruct: (site: string, gateway: string, body: NewInstruction) => post<{ readonly id: string }>(`/gateways/${id(gateway)}/instructions`, body, { site }),
  instructions: async (site: string, gateway: string) => (await get<Page<GivenInstruction>>(`/gateways/${id(gateway)}/instructions`, { site })).items,
  askOrder: (alarm: string, body: AskedOrder) => post<WorkOrder>(`/alarms/${id(alarm)}/work-order`, body),
  /** Refused where somebody gave it away since `order` was read. */
  dispatch: (order: Pick<WorkOrder, 'id' | 'assignee'>, to: string, note = '') => post<WorkOrder>(`/work-orders/${id(order.id)}/dispatch`, { note, instead_of: order.assignee, ...(to && { to }) }),
  posts: async (site: string) => (await get<Page<DutyPost>>('/posts', { site })).items,
  orders: (site: string, open?: boolean, equipment?: string) =>
    get<Page<WorkOrder>>('/work-orders', { site, open, equipment, limit: 200 }),
  seriesStatistics: async (span: Span, points: readonly string[]) => (await get<Page<PointStatistics>>('/series/statistics', { ...span, point: points })).items,
  ticks: async (span: Span, points: readonly string[]) => (await get<Page<Tick>>('/series/ticks', { ...span, point: points })).items,
  sitePoints: (site: string) => all<PointValue>('/points', { site, key: false }),
  ruleStandings: async (site: string, equipment: string) => (await get<Page<RuleStanding>>(`/equipment/${id(equipment)}/rules`, { site })).items,
  wire: (site: string, equipment: string) => get<Wire>(`/equipment/${id(equipment)}/wire`, { site }),
  assets: async (site: string) => (await get<Page<Asset>>('/assets', { site })).items,
  systems: async (site: string) => (await get<Page<SystemRow>>('/systems', { site })).items,
  portfolio: async () => (await get<Page<SiteStanding>>('/portfolio')).items,
  gatewayHealth: async (site: string) => (await get<Page<GatewayHealth>>('/gateway-health', { site })).items,
  blindPoints: async (site: string) => (await get<Page<BlindEquipment>>('/blind-points', { site })).items,
  maintenance: (site: string, from: string, to: string) => get<MaintenanceCalendar>('/maintenance', { site, from, to }),
  compliance: (site: string, month: string) => get<Compliance>('/plans/compliance', { site, month }),
  conditions: async (site: string, days: number, equipment?: string) => (await get<Page<MachineCondition>>('/conditions', { site, days, equipment })).items,
  reportOrder: (body: AskedRepair) => post<WorkOrder>('/work-orders', body),
  views: async (site: string) => (await get<Page<View>>('/views', { site })).items,
  addView: (body: NewView) => post<View>('/views', body),
  removeView: (view: string) => remove(`/views/${id(view)}`),
  series: (site: string, points: readonly string[], from: string, to: string, buckets: number, given?: AbortSignal) =>
    get<SeriesAnswer>('/series', { site, point: points, from, to, buckets }, given),
  seriesWorkbook: (span: Span, points: readonly string[], buckets: number, language: string) => file('/series/xlsx', { ...span, point: points, buckets, language }),
}
