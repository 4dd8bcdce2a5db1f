/** The past of the chosen points for a window: fetched by zoom, kept on the screen until the new picture is here. */
import { computed, onUnmounted, shallowRef, watch } from 'vue'
import { serverNow } from '@/api/client'
import { cloud } from '@/api/cloud'
import { asProblem, type Problem } from '@/api/problem'
import { chartOf, type Chart, type Describe } from '@/components/trend/columns'
import { isNear, reachOf, shows, type Reach } from './reach'
import { backBy, type Comparison, type Window } from './window'

/** What is on the screen: the same points over one reach, and the compared stretch beside it. */
interface Picture {
  readonly points: string
  readonly comparison: string
  readonly reach: Reach
  readonly chart: Chart
  readonly compared: Chart | null
  readonly back: number
}

export interface Question {
  readonly site: string
  readonly points: readonly string[]
  readonly window: Window
  readonly comparison: Comparison | null
  readonly zone: string
}

/** Hand and wheel move the window many times a second: it is asked for when they rest so long. */
const REST = 60

export function usePast(question: () => Question, describe: Describe) {
  const picture = shallowRef<Picture | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const busy = shallowRef(false)
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function isSame(now: Question, known: Picture): boolean {
    return known.points === `${now.site} ${now.points.join(' ')}` && known.comparison === (now.comparison ?? '')
  }

  async function fetch(): Promise<void> {
    const mine = ++turn
    const now = question()
    const { site, points, window, comparison, zone } = now
    if (!site || !points.length) {
      picture.value = null
      return
    }
    busy.value = true
    const reach = reachOf(window, serverNow())
    const back = comparison ? backBy(window, comparison, zone) : 0
    const ask = (by: number) => cloud.series(site, points, new Date(reach.from - by).toISOString(), new Date(reach.to - by).toISOString(), reach.buckets)
    try {
      const [found, before] = await Promise.all([ask(0), comparison ? ask(back) : null])
      if (mine !== turn) return
      const compared = before && chartOf(before, describe)
      picture.value = { points: `${site} ${points.join(' ')}`, comparison: comparison ?? '', reach, chart: chartOf(found, describe), compared, back }
      problem.value = null
    } catch (error) {
      if (mine === turn) problem.value = asProblem(error)
    } finally {
      if (mine === turn) busy.value = false
    }
  }

  watch(
    question,
    (now) => {
      const known = picture.value
      const same = known !== null && isSame(now, known)
      if (same && !isNear(known.reach, now.window, serverNow())) return
      clearTimeout(timer)
      if (same) timer = setTimeout(() => void fetch(), REST)
      else void fetch()
    },
    { immediate: true },
  )
  onUnmounted(() => {
    turn++
    clearTimeout(timer)
  })

  /** The picture on the screen is coarser than the window deserves, or lacks a part of it. */
  const catching = computed(() => busy.value && (picture.value === null || !shows(picture.value.reach, question().window, serverNow())))
  return { picture, problem, busy, catching, again: fetch }
}
