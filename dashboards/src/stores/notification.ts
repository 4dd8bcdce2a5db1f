/** How people are told: channels, routes, contacts, and what was delivered; changed here, read again at once. */
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { cloud } from '@/api/cloud'
import type { Channel, Contact, NewRoute, PersonContact, Route, Tested } from '@/api/types'
import { useReading } from './reading'
import { useSession } from './session'
import { useSites } from './sites'

export const useNotification = defineStore('notification', () => {
  const session = useSession()
  const sites = useSites()
  const reading = useReading('notification:manage', everything, 15_000)
  /** Channel → how its last test went. */
  const tested = shallowReactive(new Map<string, Tested>())

  async function everything(site: string) {
    const own: Promise<readonly PersonContact[]> = session.may('user:manage', site) ? cloud.contacts() : Promise.resolve([])
    const all = [cloud.channels(site), cloud.routes(site), cloud.deliveries(site), cloud.attempts(site), cloud.channelKinds(), own] as const
    const [channels, routes, deliveries, attempts, kinds, contacts] = await Promise.all(all)
    return { channels, routes, deliveries, attempts, kinds, contacts }
  }

  async function then(work: Promise<unknown>): Promise<void> {
    await work
    await reading.load()
  }

  async function test(channel: Channel, to: Contact): Promise<void> {
    tested.set(channel.id, await cloud.testChannel(channel.id, to))
    await reading.load()
  }

  /** A new channel where `before` is null. */
  function saveChannel(before: Channel | null, kind: string, name: string, setup: Record<string, unknown>): Promise<void> {
    return then(before ? cloud.changeChannel(before.id, { name, setup }) : cloud.addChannel({ site: sites.id, kind, name, setup, enabled: true }))
  }

  const saveRoute = (before: Route | null, route: NewRoute) => then(before ? cloud.changeRoute(before.id, route) : cloud.addRoute(route))
  const enableChannel = (channel: Channel, enabled: boolean) => then(cloud.changeChannel(channel.id, { enabled }))
  const enableRoute = ({ id, updated_at: _, ...route }: Route, enabled: boolean) => then(cloud.changeRoute(id, { ...route, enabled }))
  const removeChannel = (channel: Channel) => then(cloud.removeChannel(channel.id))
  const removeRoute = (route: Route) => then(cloud.removeRoute(route.id))
  const saveContact = (person: string, contact: Contact) => then(cloud.putContact(person, contact))

  return { ...reading, tested, test, saveChannel, saveRoute, enableChannel, enableRoute, removeChannel, removeRoute, saveContact }
})
