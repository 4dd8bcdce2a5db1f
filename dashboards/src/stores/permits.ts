/** Permits to take an alarm rule out of service: of life safety by two people, or the head. */
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { serverNow } from '@/api/client'
import { cloud } from '@/api/cloud'
import type { NewPermit, Permit } from '@/api/types'
import { useReading } from './reading'
import { useSession } from './session'
import { useSites } from './sites'

const HOUR = 3_600_000

export const usePermits = defineStore('permits', () => {
  const session = useSession()
  const sites = useSites()
  const reading = useReading('alarm:read', cloud.openPermits, 10_000)
  const may = computed(() => session.may('instruction:give', sites.id) && (['control_room:answer', 'engineering:answer', 'alarm:decide'] as const).some((each) => session.may(each, sites.id)))
  const head = computed(() => session.may('alarm:decide', sites.id))

  /** Of who did not ask, or of the head. */
  function mayAllow(permit: Permit): boolean {
    return may.value && permit.state === 'asked' && (head.value || permit.asked_by !== session.name)
  }

  async function ask(asked: Pick<NewPermit, 'equipment' | 'instance' | 'rule' | 'reason'>, hours: number): Promise<void> {
    await cloud.askPermit({ site: sites.id, ...asked, until: new Date(serverNow() + hours * HOUR).toISOString() })
    await reading.load()
  }

  async function step(permit: Permit, what: 'allow' | 'end' | 'refuse', why: string): Promise<void> {
    try {
      await cloud.permitStep(permit.id, what, what === 'refuse' ? { why } : {})
    } finally {
      await reading.load()
    }
  }

  return { list: reading.value, may, mayAllow, ask, step, watch: reading.watch }
})
