/** Something of the chosen site that is read again and again while a page looks at it; what was read stays when a reading fails. */
import { computed, shallowRef, watch } from 'vue'
import { serverNow } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'
import type { Permission } from '@/api/types'
import type { Sight } from './alarm_order'
import { useSession } from './session'
import { useSites } from './sites'

/** `every`: ms between two readings. */
export function useReading<T>(permission: Permission, fetch: (site: string) => Promise<T>, every: number) {
  const session = useSession()
  const sites = useSites()
  const value = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const readAt = shallowRef(0)
  const may = computed(() => Boolean(sites.id) && session.may(permission, sites.id))
  const sight = computed<Sight>(() => (sites.id && !may.value ? 'hidden' : value.value === null ? 'unread' : 'seen'))
  let timer: ReturnType<typeof setInterval> | undefined
  let watchers = 0

  async function load(): Promise<void> {
    const site = sites.id
    if (!may.value) return
    try {
      const found = await fetch(site)
      if (site !== sites.id) return
      value.value = found
      problem.value = null
      readAt.value = serverNow()
    } catch (error) {
      problem.value = asProblem(error)
    }
  }

  watch([() => sites.id, may], () => {
    value.value = null
    if (watchers) void load()
  })

  /** Begin to look; the answer ends it. */
  function watching(): () => void {
    if (watchers++ === 0) {
      void load()
      timer = setInterval(() => void load(), every)
    }
    let over = false
    return () => {
      if (over) return
      over = true
      if (--watchers === 0) clearInterval(timer)
    }
  }

  return { value, sight, problem, readAt, load, watch: watching }
}
