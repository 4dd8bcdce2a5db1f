import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Alarm, Session, Site } from '@/api/types'
import { useAlarms } from './alarms'
import { useSession } from './session'
import { useSites } from './sites'
import { useStream } from './stream'

/** A stream that opens when the test says so. */
class Events {
  static readonly all: Events[] = []
  readyState = 0
  onopen = () => undefined
  onerror = () => undefined
  constructor() {
    Events.all.push(this)
  }

  addEventListener(): void {}
  close(): void {}
}

const asked: string[] = []
/** What the open alarms of a site are answered with, and when. */
let alarmsOf: (url: string) => Promise<readonly unknown[]> = () => Promise.resolve([])
/** How often the open alarms were asked for. */
const times = () => asked.filter((url) => url.includes('/alarms?')).length / 2
const site = { id: 'garden' } as Site
const standing = { id: 'pump trip', state: 'unacknowledged', updated_at: '2026-11-20T08:00:00Z', response: { must_close: false } }

beforeEach(() => {
  setActivePinia(createPinia())
  asked.length = Events.all.length = 0
  vi.stubGlobal('EventSource', Events)
  vi.stubGlobal('fetch', (url: string | URL | Request) => {
    const text = url instanceof Request ? url.url : String(url)
    asked.push(text)
    const items = text.includes('/alarms?') ? alarmsOf(text) : Promise.resolve([])
    return items.then((found) => new Response(JSON.stringify({ items: found, next: null }), { headers: { 'content-type': 'application/json' } }))
  })
  alarmsOf = () => Promise.resolve([])
  useSession().current = { permissions: { garden: ['alarm:read'] } } as unknown as Session
})

afterEach(() => {
  useStream().stop()
  vi.unstubAllGlobals()
})

it('reads the lists once more where the stream opened after they were asked for: an alarm between the two is in neither', async () => {
  useSites().list = [site]
  useStream().start()
  await vi.waitFor(() => expect(times()).toBe(1))
  Events.all[0]?.onopen()
  await vi.waitFor(() => expect(times()).toBe(2))
})

it('reads them once where the stream was open before', async () => {
  const stream = useStream()
  stream.start()
  Events.all[0]?.onopen()
  useSites().list = [site]
  await stream.loadAll()
  expect(times()).toBe(1)
})

it('never shows the alarms of a site that was left while they were on their way', async () => {
  const sites = useSites()
  const alarms = useAlarms()
  sites.list = [site, { id: 'tower' } as Site]
  useSession().current = { permissions: { '*': ['alarm:read'] } } as unknown as Session
  let arrive = () => undefined as void
  const late = new Promise<void>((done) => (arrive = done))
  alarmsOf = (url) => (url.includes('garden') ? late.then(() => [standing]) : Promise.resolve([]))
  sites.choose('garden')
  const before = alarms.load()
  await useStream().changeSite('tower')
  arrive()
  await before
  expect(sites.id).toBe('tower')
  expect([...alarms.items]).toEqual([])
})

it('does not bring back what ended while the list was on its way', async () => {
  const alarms = useAlarms()
  useSites().list = [site]
  let arrive = () => undefined as void
  const late = new Promise<void>((done) => (arrive = done))
  alarmsOf = () => late.then(() => [standing])
  const reading = alarms.load()
  alarms.take({ ...standing, state: 'normal', updated_at: '2026-11-20T08:00:01Z' } as unknown as Alarm)
  arrive()
  await reading
  expect(alarms.list).toEqual([])
  await alarms.load()
  expect(alarms.list.map((each) => each.id)).toEqual(['pump trip'])
})
