/** Vite's dev and preview servers answer for the cloud from dummy-data; `/canned/…` moves the story on for tests. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Connect, Plugin } from 'vite'
import { Building } from './building.ts'
import { answer } from './routes.ts'
import type { Story } from './story.ts'

/** The cloud's own policy (cloud/web/headers.py): the built pages must live with it. */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const SECOND = 1000

class Stage implements Story {
  building = new Building()
  loggedIn = true
  failing = 0
  cut = false
  acknowledged: string[] = []
  private readonly readers = new Set<ServerResponse>()
  private id = 0

  constructor() {
    setInterval(() => this.say('values', this.building.tick()), SECOND).unref()
    setInterval(() => this.say('heartbeat', { at: this.building.at }), 2 * SECOND).unref()
  }

  reset(): void {
    this.building = new Building()
    Object.assign(this, { loggedIn: true, failing: 0, cut: false, acknowledged: [] })
  }

  read(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    response.write(`id: ${this.id}\nevent: heartbeat\ndata: ${JSON.stringify({ at: this.building.at })}\n\n`)
    response.write(`event: values\ndata: ${JSON.stringify(this.building.values())}\n\n`)
    this.readers.add(response)
    response.on('close', () => this.readers.delete(response))
  }

  say(name: string, data: unknown): void {
    const id = name === 'values' || name === 'heartbeat' ? '' : `id: ${++this.id}\n`
    for (const reader of this.readers) reader.write(`${id}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** So many seconds of the building's life, as fast as the readers take them: values each second, a heartbeat every other, an alarm that comes or goes every three minutes. */
  async live(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      this.say('values', this.building.tick())
      if (i % 2) this.say('heartbeat', { at: this.building.at })
      if (i % 180 === 0) this.say('alarm', i % 360 ? this.building.ended('alarm-passing') : this.building.raise('alarm-pump-1-dry_run', 'alarm-passing'))
      while ([...this.readers].some((reader) => reader.writableNeedDrain)) await new Promise((done) => setTimeout(done, 1))
      if (i % 50 === 0) await new Promise((done) => setImmediate(done))
    }
  }

  cutStream(): void {
    this.cut = true
    for (const reader of this.readers) reader.destroy()
    this.readers.clear()
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString('utf8')
  if (!text) return {}
  return request.headers['content-type']?.startsWith('text/csv') ? { text } : JSON.parse(text)
}

function middleware(stage: Stage, strict: boolean): Connect.NextHandleFunction {
  return (request, response, next) => {
    if (strict) response.setHeader('Content-Security-Policy', POLICY)
    const url = new URL(request.url ?? '/', 'http://canned')
    if (!/^\/(api\/v1|canned)\//.test(url.pathname)) return next()
    void bodyOf(request)
      .then((body) => answer(stage, request.method ?? 'GET', url, body))
      .then((said) => {
        if (said === 'stream') return stage.read(response)
        if (said === 'cut') return response.destroy()
        const problem = said.status >= 400
        response.writeHead(said.status, { 'Content-Type': problem ? 'application/problem+json' : 'application/json', 'Cache-Control': 'no-store' })
        return response.end(said.status === 204 ? '' : JSON.stringify(said.body))
      })
      .catch(next)
  }
}

export function canned(): Plugin {
  return {
    name: 'canned',
    configureServer: (server) => void server.middlewares.use(middleware(new Stage(), false)),
    configurePreviewServer: (server) => void server.middlewares.use(middleware(new Stage(), true)),
  }
}
