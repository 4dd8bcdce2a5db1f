/** The cloud's paths of orders, the service desk, plans, the month and administration, each with its answer's type. */
import { get, path, post, put, remove } from './client'
import type { components, paths } from './schema'
import type { Page, WorkOrder } from './types'

type Schemas = components['schemas']
export type Asset = Schemas['Asset']
export type AuditLine = Schemas['AuditLine']
export type Badge = Schemas['Badge']
export type CallBackDue = Schemas['CallBackDue']
export type Certificate = Schemas['Certificate']
export type Check = Schemas['Check']
export type CheckItem = Schemas['CheckItem']
export type Complaint = Schemas['Complaint']
export type ComplaintDetail = Schemas['ComplaintDetail']
export type ComplaintFigures = Schemas['ComplaintFigures']
export type Compliance = Schemas['Compliance']
export type Duty = Schemas['Duty']
export type Gap = Schemas['Gap']
export type Holidays = Schemas['Holidays']
export type MadeUser = Schemas['MadeUser']
export type NewRoom = Pick<Schemas['NewRoom'], 'number'> & Partial<Schemas['NewRoom']>
export type OrderClock = Schemas['OrderClock']
export type Pattern = Schemas['Pattern']
export type PersonOfDuty = Schemas['PersonOfDuty']
export type Photo = Schemas['Photo']
export type Plan = Schemas['Plan']
export type PlanOrder = Schemas['PlanOrder']
export type PlanTemplate = Schemas['PlanTemplate']
export type Profile = Schemas['Profile']
export type ServicePromise = Schemas['Promise']
/** By its path: other nouns have proposals too. */
export type Proposal = paths['/api/v1/work-orders/{id}/proposals']['get']['responses'][200]['content']['application/json']['items'][number]
export type ReportLine = Schemas['ReportLine']
export type Role = Schemas['User']['roles'][string][number]
export type Room = Schemas['Room']
export type ServiceLevels = Schemas['ServiceLevels']
export type ServiceReport = Schemas['ServiceReport']
export type SiteTrade = Schemas['SiteTrade']
export type SignedFor = Schemas['SignedFor']
export type SupplyNotice = Schemas['SupplyNotice']
export type Touched = Schemas['Touched']
export type User = Schemas['User']
export type WorkOrderDetail = Schemas['WorkOrderDetail']
export type OrderClass = WorkOrder['class']
export type Said = Readonly<Record<string, unknown>>

const id = encodeURIComponent
const items = async <T>(route: string, query: Parameters<typeof get>[1]) => (await get<Page<T>>(route, query)).items

export const desk = {
  order: (order: string) => get<WorkOrderDetail>(`/work-orders/${id(order)}`),
  report: (body: Said) => post<WorkOrderDetail>('/work-orders', body),
  /** One step of an order's life: `word` is the path's last word. */
  step: (order: string, word: string, body: Said = {}) => post<WorkOrderDetail>(`/work-orders/${id(order)}/${word}`, body),
  proposals: (order: string) => items<Proposal>(`/work-orders/${id(order)}/proposals`, {}),
  photos: (order: string) => items<Photo>(`/work-orders/${id(order)}/photos`, {}),
  photo: (order: string, photo: string, small = true) => path(`/work-orders/${id(order)}/photos/${id(photo)}${small ? '/small' : ''}`),
  sendPhoto: async (order: string, key: string, file: Blob): Promise<boolean> =>
    (await fetch(path(`/work-orders/${id(order)}/photos`, { key }), { method: 'POST', credentials: 'same-origin', body: file, headers: { 'Content-Type': file.type } })).ok,
  ordersOfRoom: (site: string, room: string) => items<WorkOrder>('/work-orders', { site, room, limit: 20 }),
  callBacks: (site: string) => items<CallBackDue>('/call-backs', { site }),

  rooms: (site: string, q: string, limit = 8) => items<Room>('/rooms', { site, q, limit }),
  putRooms: (site: string, rooms: readonly NewRoom[]) => put<{ readonly rooms: number }>('/rooms', { site, rooms }),
  removeRoom: (site: string, number: string) => remove(`/rooms/${id(number)}`, { site }),
  complaints: (site: string, open?: boolean, room?: string) => items<Complaint>('/complaints', { site, open, room, limit: 200 }),
  complaint: (complaint: string) => get<ComplaintDetail>(`/complaints/${id(complaint)}`),
  complain: (body: Said) => post<ComplaintDetail>('/complaints', body),
  answerComplaint: (complaint: string, word: string, body: Said) => post<ComplaintDetail>(`/complaints/${id(complaint)}/${word}`, body),
  complaintFigures: (site: string, month: string) => get<ComplaintFigures>('/complaints/figures', { site, month }),
  supply: (site: string, open?: boolean) => items<SupplyNotice>('/supply-notices', { site, open }),
  touched: (site: string, kind: string, place: readonly string[]) => get<Touched>('/supply-notices/touched', { site, kind, place }),
  announce: (body: Said) => post<SupplyNotice>('/supply-notices', body),
  answerSupply: (notice: string, word: string, body: Said = {}) => post<SupplyNotice>(`/supply-notices/${id(notice)}/${word}`, body),

  plans: (site: string) => items<Plan>('/plans', { site }),
  addPlan: (body: Said) => post<Plan>('/plans', body),
  plansFromTemplate: (body: Said) => post<Page<Plan>>('/plans/from-template', body),
  switchPlan: (plan: string, enabled: boolean) => put<unknown>(`/plans/${id(plan)}/enabled`, { enabled }),
  planOrders: (plan: string) => items<PlanOrder>(`/plans/${id(plan)}/orders`, {}),
  templates: () => items<PlanTemplate>('/plans/templates', {}),
  compliance: (site: string, month: string) => get<Compliance>('/plans/compliance', { site, month }),
  assets: (site: string) => items<Asset>('/assets', { site }),
  serviceReport: (site: string, month: string, profile?: string) => get<ServiceReport>(`/service-reports/${id(site)}`, { month, profile }),
  reportFile: (site: string, kind: 'xlsx' | 'pdf', month: string, profile: string, language: string) => path(`/service-reports/${id(site)}/${kind}`, { month, profile, language }),

  names: () => items<{ readonly name: string; readonly display_name: string }>('/names', {}),
  users: () => items<User>('/users', {}),
  addUser: (body: Said) => post<MadeUser>('/users', body),
  changeUser: (name: string, body: Said) => put<User>(`/users/${id(name)}`, body),
  newPassword: (name: string) => post<MadeUser>(`/users/${id(name)}/password`),
  rota: (site: string, from: string, to: string) => items<Duty>('/rota', { site, from, to }),
  putOnRota: (body: Said) => post<Duty>('/rota', body),
  takeOffRota: (line: string) => remove(`/rota/${id(line)}`),
  patterns: () => items<Pattern>('/rota/patterns', {}),
  layOut: (body: Said) => post<{ readonly lines: number }>('/rota/patterns', body),
  gaps: (site: string) => items<Gap>('/rota/gaps', { site }),
  people: (site: string) => items<PersonOfDuty>('/people', { site }),
  trades: (site: string) => items<SiteTrade>('/trades', { site }),
  putSkills: (person: string, body: Said) => put<unknown>(`/people/${id(person)}/skills`, body),
  addCertificate: (body: Said) => post<Certificate>('/certificates', body),
  removeCertificate: (certificate: string) => remove(`/certificates/${id(certificate)}`),
  badges: (site: string) => items<Badge>('/badges', { site }),
  addBadge: (body: Said) => post<Badge>('/badges', body),
  removeBadge: (badge: string) => remove(`/badges/${id(badge)}`),
  putPost: (name: string, body: Said) => put<unknown>(`/posts/${id(name)}`, body),
  removePost: (site: string, name: string) => remove(`/posts/${id(name)}`, { site }),
  serviceLevels: (site: string) => get<ServiceLevels>(`/service-levels/${id(site)}`),
  putTerms: (site: string, terms: Said) => put<unknown>(`/service-levels/${id(site)}`, terms),
  putProfile: (site: string, profile: Profile) => put<unknown>(`/service-levels/${id(site)}/profiles/${id(profile.id)}`, profile),
  holidays: (site: string) => get<Holidays>(`/holidays/${id(site)}`),
  putHolidays: (site: string, body: Said) => put<Holidays>(`/holidays/${id(site)}`, body),
  audit: (query: Parameters<typeof get>[1]) => get<Page<AuditLine>>('/audit', query),
}
