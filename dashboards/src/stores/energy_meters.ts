/** The meters of the chosen site, parents before their children, read while an energy page looks at them. */
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { energy } from '@/api/energy'
import { useReading } from './reading'

const EVERY = 300_000

export const useEnergyMeters = defineStore('energy_meters', () => {
  const { value, problem, watch, load } = useReading('energy:read', (site) => energy.meters(site), EVERY)
  const list = computed(() => value.value ?? [])
  const byId = computed(() => new Map(list.value.map((meter) => [meter.id, meter])))
  /** What enters the site: meters that none lies above, electricity first; what is fed into the grid leaves it. */
  const roots = computed(() => list.value.filter((meter) => meter.kind !== 'virtual' && meter.use_group !== 'fed_in' && !byId.value.has(meter.parent ?? '')).sort((a, b) => Number(b.unit === 'kW.h') - Number(a.unit === 'kW.h')))
  return { value, list, byId, roots, problem, watch, load }
})
