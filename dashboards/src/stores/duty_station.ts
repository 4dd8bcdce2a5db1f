/** Whether this screen is a duty station: enrolled, it tells the cloud again and again whether it would sound. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { cloud } from '@/api/cloud'
import { Problem } from '@/api/problem'
import type { DutyStation, NewStation } from '@/api/types'
import { useReading } from './reading'
import { useSession } from './session'
import { useSites } from './sites'
import { useSound } from './sound'

const KEPT = 'gatehouse.station'
/** The cloud misses a post after 60 s: three words may be lost. */
const EVERY = 15_000

export const useDutyStation = defineStore('duty-station', () => {
  const session = useSession()
  const sites = useSites()
  const sound = useSound()
  const reading = useReading('duty:read', cloud.stations, 30_000)
  const id = ref(localStorage.getItem(KEPT) ?? '')
  const own = computed<DutyStation | undefined>(() => reading.value.value?.find((each) => each.id === id.value))
  const mayEnrol = computed(() => session.may('duty:manage', sites.id))

  function keep(station: string): void {
    id.value = station
    if (station) localStorage.setItem(KEPT, station)
    else localStorage.removeItem(KEPT)
  }

  async function enrol(body: Omit<NewStation, 'site'>): Promise<void> {
    keep((await cloud.enrol({ site: sites.id, ...body })).id)
    await Promise.all([beat(), reading.load()])
  }

  async function remove(station: string): Promise<void> {
    await cloud.removeStation(station)
    if (station === id.value) keep('')
    await reading.load()
  }

  /** A station that the cloud no longer knows is none. A word that is lost is said again. */
  async function beat(): Promise<void> {
    if (!id.value || !session.current) return
    try {
      await cloud.beat(id.value, sound.armed)
    } catch (error) {
      if (error instanceof Problem && error.status === 404) keep('')
    }
  }

  /** The sound was tested at this screen: who, when, and whether it was heard. */
  async function tested(heard: boolean): Promise<void> {
    await cloud.logTest(id.value, heard)
    await reading.load()
  }

  /** For as long as the page stands; the answer ends it. */
  function run(): () => void {
    const timer = setInterval(() => void beat(), EVERY)
    const stop = watch([() => sound.armed, () => session.current], () => void beat(), { immediate: true })
    return () => (clearInterval(timer), stop())
  }

  return { ...reading, stations: reading.value, id, own, mayEnrol, enrol, remove, tested, run }
})
