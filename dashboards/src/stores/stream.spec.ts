import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Session, Site } from '@/api/types'
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
/** How often the open alarms were asked for. */
const times = () => asked.filter((url) => url.includes('/alarms?')).length / 2
const site = { id: 'garden' } as Site

beforeEach(() => {
  setActivePinia(createPinia())
  asked.length = Events.all.length = 0
  vi.stubGlobal('EventSource', Events)
  vi.stubGlobal('fetch', (url: string | URL | Request) => {
    asked.push(url instanceof Request ? url.url : String(url))
    return Promise.resolve(new Response('{"items": [], "next": null}', { headers: { 'content-type': 'application/json' } }))
  })
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
