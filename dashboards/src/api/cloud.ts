/** The cloud's paths that the pages use, each with its answer's type. */
import { get, post, remove, type Query } from './client'
import type {
  Alarm, AlarmDetail, Equipment, EquipmentDetail, Gateway, Page, PointValue, SeriesAnswer, Session, Site, WorkOrder,
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
  alarmHistory: (site: string, equipment?: string) => get<Page<Alarm>>('/alarms', { site, equipment, limit: 200 }),
  alarm: (alarm: string) => get<AlarmDetail>(`/alarms/${id(alarm)}`),
  acknowledge: (alarm: string) => post<Alarm>(`/alarms/${id(alarm)}/acknowledge`),
  reset: (alarm: string, reason: string) => post<Alarm>(`/alarms/${id(alarm)}/reset`, { reason }),
  orders: (site: string, open?: boolean, equipment?: string) =>
    get<Page<WorkOrder>>('/work-orders', { site, open, equipment, limit: 200 }),
  series: (site: string, points: readonly string[], from: string, to: string, buckets: number) =>
    get<SeriesAnswer>('/series', { site, point: points, from, to, buckets }),
}
