/** What every part of administration does: something is read, changed, read again; a refusal stands beside what was typed. */
import { ref, shallowRef } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import { useSites } from '@/stores/sites'

export function useDoing<T>(fetch: (site: string) => Promise<T>) {
  const sites = useSites()
  const value = shallowRef<T | null>(null)
  const refused = shallowRef<Problem | null>(null)
  const busy = ref(false)

  async function load(): Promise<void> {
    try {
      value.value = await fetch(sites.id)
    } catch (error) {
      refused.value = asProblem(error)
    }
  }

  /** Whether it was taken. */
  async function run(work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    refused.value = null
    try {
      await work()
      await load()
      return true
    } catch (error) {
      refused.value = asProblem(error)
      return false
    } finally {
      busy.value = false
    }
  }

  void load()
  return { value, refused, busy, load, run }
}
