/** What the cloud says of each system of the chosen site: its last 24 hours, what is blind, what is overdue. */
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { cloud } from '@/api/cloud'
import { useReading } from './reading'

const EVERY = 60_000

export const useSystems = defineStore('systems', () => {
  const { value, watch, load } = useReading('alarm:read', (site) => cloud.systems(site), EVERY)
  const byId = computed(() => new Map(value.value?.map((row) => [row.id, row])))
  return { byId, watch, load }
})
