/** What people are called: read once for who is logged in; a log-in name that has no other stands for itself. */
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { desk } from '@/api/desk'
import { useSession } from './session'

/** ms; a new name is there within this time. */
const EVERY = 300_000

export const useNames = defineStore('names', () => {
  const session = useSession()
  const known = shallowRef<ReadonlyMap<string, string>>(new Map())
  let readAt = 0

  async function load(): Promise<void> {
    readAt = Date.now()
    const found = await desk.names().catch(() => null)
    if (found) known.value = new Map(found.map((each) => [each.name, each.display_name]))
  }

  /** Where names can't be read, log-in names are right too. */
  function of(name: string): string {
    if (session.current && Date.now() - readAt > EVERY) void load()
    return known.value.get(name) ?? name
  }

  /** By whichever of their names somebody was asked for; two who are called the same are told apart by their log-in. */
  function loginOf(called: string): string {
    const found = known.value.has(called) ? [] : [...known.value].filter(([, shown]) => shown === called)
    return found.length === 1 ? (found[0]?.[0] ?? called) : called
  }

  watch(() => session.name, () => {
    known.value = new Map()
    readAt = 0
  })
  return { of, loginOf, load }
})
