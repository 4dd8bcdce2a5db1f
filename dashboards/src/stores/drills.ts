/** Fire drills: begun and ended by an instruction to the gateway, whose answer is waited for. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { cloud } from '@/api/cloud'
import type { GivenInstruction } from '@/api/types'
import { useEquipment } from './equipment'
import { useGateways } from './gateways'
import { useLinkage } from './linkage'
import { useSession } from './session'
import { useSites } from './sites'

const LOOK_EVERY = 500
const PATIENCE = 20_000

export const useDrills = defineStore('drills', () => {
  const sites = useSites()
  const session = useSession()
  const known = useGateways()
  const equipment = useEquipment()
  const linkage = useLinkage()
  const answer = ref<GivenInstruction | null>(null)
  const may = computed(() => session.may('instruction:give', sites.id) && (['control_room:answer', 'alarm:decide'] as const).some((each) => session.may(each, sites.id)))
  /** Fire zones, each by the outermost place that lies in it. */
  const zones = computed(() => {
    const places = sites.current?.places ?? []
    const parents = new Map(places.map((place) => [place.id, place]))
    return places.filter((place) => place.zone && parents.get(place.parent ?? '')?.zone !== place.zone).map((place) => ({ zone: place.zone ?? '', name: place }))
  })
  /** Those with a fire panel behind them; all where none is known. */
  const gateways = computed(() => {
    const own = [...new Set(equipment.present.filter((each) => each.system === 'fire').map((each) => each.gateway))].sort()
    return own.length ? own : known.list.map((each) => each.id)
  })
  const running = computed(() => [...linkage.items.values()].filter((each) => each.drill && each.state !== 'closed'))

  /** `on` false ends it. The gateway may refuse: `answer` says why. */
  async function give(gateway: string, zone: string, on: boolean, atOnce: boolean, reason: string): Promise<void> {
    answer.value = null
    const given = await cloud.instruct(sites.id, gateway, { target: '', arguments: { kind: 'drill', zone, on, at_once: atOnce }, reason, expires_in: 300 })
    const until = Date.now() + PATIENCE
    do {
      await new Promise((done) => setTimeout(done, LOOK_EVERY))
      answer.value = (await cloud.instructions(sites.id, gateway)).find((each) => each.id === given.id) ?? null
    } while (answer.value?.state === 'waiting' && Date.now() < until)
  }

  return { may, zones, running, answer, gateways, give }
})
