/** How people are told: channels, routes, and what was delivered. */
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { cloud } from '@/api/cloud'
import type { Channel, Contact, Route, Tested } from '@/api/types'
import { useReading } from './reading'

async function everything(site: string) {
  const [channels, routes, deliveries, attempts] = await Promise.all([cloud.channels(site), cloud.routes(site), cloud.deliveries(site), cloud.attempts(site)])
  return { channels, routes, deliveries, attempts }
}

export const useNotification = defineStore('notification', () => {
  const reading = useReading('notification:manage', everything, 15_000)
  /** Channel → how its last test went. */
  const tested = shallowReactive(new Map<string, Tested>())

  async function test(channel: Channel, to: Contact): Promise<void> {
    tested.set(channel.id, await cloud.testChannel(channel.id, to))
    await reading.load()
  }

  async function enableChannel(channel: Channel, enabled: boolean): Promise<void> {
    await cloud.changeChannel(channel.id, { enabled })
    await reading.load()
  }

  async function enableRoute({ id, updated_at: _, ...route }: Route, enabled: boolean): Promise<void> {
    await cloud.changeRoute(id, { ...route, enabled })
    await reading.load()
  }

  return { ...reading, tested, test, enableChannel, enableRoute }
})
