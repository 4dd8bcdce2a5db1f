/** What cannot be seen now: points without a good value (an event that never came hides nothing), by equipment, with the reason and since when. */
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Equipment } from '@/api/types'
import { useEquipment } from './equipment'
import { useValues } from './values'

export interface Blind {
  readonly equipment: Equipment
  /** Points that are bad, and how many are looked at. */
  readonly bad: number
  readonly all: number
  readonly reason: string
  /** The newest reading among them, ms; 0 where there never was one. */
  readonly since: number
}

export const useBlind = defineStore('blind', () => {
  const equipment = useEquipment()
  const values = useValues()

  function blindOf(each: Equipment): Blind | null {
    const points = (equipment.points.get(each.id) ?? []).filter((point) => point.kind !== 'event')
    const bad = points.map((point) => values.read(point.id)).filter((live) => live.quality === 'bad')
    const [first] = bad
    if (!first) return null
    return { equipment: each, bad: bad.length, all: points.length, reason: first.reason, since: Math.max(...bad.map((live) => live.at)) }
  }

  const list = computed(() =>
    equipment.present.map(blindOf).filter((each) => each !== null).sort((a, b) => b.bad / b.all - a.bad / a.all || a.since - b.since),
  )
  return { list }
})
