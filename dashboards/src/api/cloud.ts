/** The cloud's paths that the pages use, each with its answer's type. */
import type { Answer } from './answer'
import { get, post, put, remove, type Query } from './client'
import type {
  Access, Alarm, AlarmDetail, Attempt, CardFacts, ChangedChannel, Channel, Contact, Delivery, DutyPost, Equipment, EquipmentDetail, Gateway, Linkage, NewRoute, Page, PointValue, Procedure, Round, Route, SeriesAnswer, Session, Site, Statistics, Tested, WorkOrder,
} from './types'

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
  silence: (ids: readonly string[]) => post<Page<Alarm>>('/alarms/silence', { ids }),
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
  posts: async (site: string) => (await get<Page<DutyPost>>('/posts', { site })).items,
  orders: (site: string, open?: boolean, equipment?: string) =>
    get<Page<WorkOrder>>('/work-orders', { site, open, equipment, limit: 200 }),
  series: (site: string, points: readonly string[], from: string, to: string, buckets: number) =>
    get<SeriesAnswer>('/series', { site, point: points, from, to, buckets }),
}
