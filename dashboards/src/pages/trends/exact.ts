/** The figures of a window from its samples, asked for when the window rests; until they are here the buckets say them. */
import { onUnmounted, shallowRef, watch } from 'vue'
import { cloud } from '@/api/cloud'
import type { PointStatistics } from '@/api/types'
import type { Window } from './window'

interface Question {
  readonly site: string
  readonly points: readonly string[]
  readonly window: Window
}

const REST = 500

export function useExact(question: () => Question) {
  const found = shallowRef<ReadonlyMap<string, PointStatistics>>(new Map())
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function fetch({ site, points, window }: Question): Promise<void> {
    const mine = ++turn
    const span = { site, from: new Date(window.from).toISOString(), to: new Date(window.to).toISOString() }
    const answer = await cloud.seriesStatistics(span, points).catch(() => [])
    if (mine === turn) found.value = new Map(answer.map((each) => [each.point, each]))
  }

  watch(
    question,
    (now, before) => {
      const asked = before && now.site === before.site && now.window.from === before.window.from && now.window.to === before.window.to && now.points.join(' ') === before.points.join(' ')
      if (asked) return
      turn++
      found.value = new Map()
      clearTimeout(timer)
      if (now.site && now.points.length) timer = setTimeout(() => void fetch(now), REST)
    },
    { immediate: true },
  )
  onUnmounted(() => {
    turn++
    clearTimeout(timer)
  })
  return found
}
