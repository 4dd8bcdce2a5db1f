/** Calls the cloud: same origin, a time limit on each call, every failure a Problem, the server's clock read by the way. */
import { early, forgetEarly } from './early'
import { asProblem, Problem, type Mistake } from './problem'

const BASE = '/api/v1'
const LIMIT = 15_000

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>
type Listener = (problem: Problem) => void

let onUnauthenticated: Listener = () => undefined
let offset = 0

/** What to do when the session has ended. */
export function whenUnauthenticated(listener: Listener): void {
  onUnauthenticated = listener
}

/** The server's time now, in ms: the browser's own clock may be wrong. */
export function serverNow(): number {
  return Date.now() + offset
}

/** Take the server's clock from a time it has just said. Within a second the browser's own is as good. */
export function hearClock(at: number): void {
  const difference = at - Date.now()
  offset = Math.abs(difference) > 1500 ? difference : 0
}

/** Take it from an answer's Date, whole seconds: it was said after `sent` and before `received` (own clock, ms). What
 * does not contradict the clock as it is taken to be changes nothing: a slow answer is no wrong clock. */
export function hearDate(said: number, sent: number, received: number): void {
  const least = said - received
  const most = said + 1000 - sent
  if (offset < least || offset > most) hearClock(Date.now() + (least + most) / 2)
}

/** A key by which the cloud knows a thing that is sent twice. Not randomUUID: that needs HTTPS, and pages are opened by plain addresses too. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function path(route: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each))
  }
  const text = search.toString()
  return `${BASE}${route}${text ? `?${text}` : ''}`
}

async function call(method: string, url: string, body?: unknown, given?: AbortSignal): Promise<Response> {
  const limit = AbortSignal.timeout(LIMIT)
  const init: RequestInit = { method, credentials: 'same-origin', signal: given ? AbortSignal.any([limit, given]) : limit }
  if (body instanceof Blob) {
    init.body = body
    init.headers = { 'Content-Type': body.type }
  } else if (body !== undefined) {
    init.body = JSON.stringify(body)
    init.headers = { 'Content-Type': 'application/json' }
  }
  if (method !== 'GET') forgetEarly()
  let come = method === 'GET' ? await early(url) : null
  const sent = come ? performance.timeOrigin : Date.now()
  try {
    come ??= { answer: await fetch(url, init), at: Date.now() }
  } catch (error) {
    throw asProblem(error)
  }
  const { answer, at } = come
  const date = answer.headers.get('Date')
  if (date) hearDate(Date.parse(date), sent, at)
  if (answer.ok) return answer
  throw await refused(answer)
}

async function refused(answer: Response): Promise<Problem> {
  let detail = ''
  let mistakes: readonly Mistake[] = []
  try {
    const body = (await answer.json()) as { detail?: unknown; errors?: unknown }
    if (typeof body.detail === 'string') detail = body.detail
    if (Array.isArray(body.errors)) mistakes = body.errors.map(mistakeOf)
  } catch {
    detail = answer.statusText
  }
  const problem = new Problem(answer.status, detail, mistakes)
  if (answer.status === 401) onUnauthenticated(problem)
  return problem
}

function mistakeOf(said: { where?: unknown; line?: unknown; says?: unknown }): Mistake {
  return { where: String(said.where ?? ''), line: Number(said.line ?? 0), says: String(said.says ?? '') }
}

export async function get<T>(route: string, query?: Query, given?: AbortSignal): Promise<T> {
  return (await (await call('GET', path(route, query), undefined, given)).json()) as T
}

/** A file that the cloud makes. */
export async function file(route: string, query?: Query): Promise<Blob> {
  return (await call('GET', path(route, query))).blob()
}

export async function post<T>(route: string, body: unknown = {}, query?: Query): Promise<T> {
  const answer = await call('POST', path(route, query), body)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

export async function put<T>(route: string, body: unknown, query?: Query): Promise<T> {
  const answer = await call('PUT', path(route, query), body)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

export async function remove(route: string, query?: Query): Promise<void> {
  await call('DELETE', path(route, query))
}
