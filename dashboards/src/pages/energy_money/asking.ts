/** What every page of energy's money does: asks anew when its question changes, keeps the newest answer, and stands by what was refused. */
import { ref, shallowRef, watch } from 'vue'
import { asProblem, type Problem } from '@/api/problem'

/** `question`: what is asked, in words; null: nothing to ask yet. */
export function useAnswer<T>(question: () => readonly (string | number)[] | null, fetch: () => Promise<T>) {
  const value = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const reading = ref(false)
  let turn = 0

  async function load(): Promise<void> {
    const mine = ++turn
    if (question() === null) return
    reading.value = true
    try {
      const found = await fetch()
      if (mine !== turn) return
      value.value = found
      problem.value = null
    } catch (error) {
      if (mine !== turn) return
      problem.value = asProblem(error)
      value.value = null
    } finally {
      if (mine === turn) reading.value = false
    }
  }

  watch(() => String(question()), () => {
    value.value = null
    problem.value = null
    void load()
  }, { immediate: true })
  return { value, problem, reading, load }
}

/** Something that a person does: while it runs its buttons wait, what was refused stands beside what was typed. */
export function useDoing() {
  const busy = ref(false)
  const refused = shallowRef<Problem | null>(null)

  /** Whether it was taken. */
  async function run(work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    refused.value = null
    try {
      await work()
      return true
    } catch (error) {
      refused.value = asProblem(error)
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, refused, run }
}
