/** The past of the chosen points for a window: fetched by zoom and ahead of where it moves, over a coarse picture that is there at once. */
import { computed, onUnmounted, shallowRef, watch } from 'vue'
import { serverNow } from '@/api/client'
import { cloud } from '@/api/cloud'
import { asProblem, type Problem } from '@/api/problem'
import { chartOf, type Chart, type Describe } from '@/components/trend/columns'
import { layered } from './layers'
import { motion } from './motion'
import { coarseOf, covers, isAround, isNear, reachOf, shows, type Reach } from './reach'
import { backBy, type Comparison, type Window } from './window'

export interface Question {
  readonly site: string
  readonly points: readonly string[]
  readonly window: Window
  readonly comparison: Comparison | null
  readonly zone: string
}

/** Which curves were asked for, over which reach. */
interface Asked {
  readonly points: string
  readonly comparison: Comparison | null
  readonly reach: Reach
  readonly turn: number
}

interface OnItsWay extends Asked {
  readonly at: number
  readonly end: AbortController
}

interface Layer extends Asked {
  readonly chart: Chart
  /** The compared stretch, and how long before it lies. */
  readonly compared: Chart | null
  readonly back: number
}

/** Hand and wheel move the window many times a second: it is not asked for oftener, ms. */
const REST = 60

const pointsOf = ({ site, points }: Question) => `${site} ${points.join(' ')}`
const isOf = (each: Asked, now: Question) => each.points === pointsOf(now) && each.comparison === now.comparison

async function fetchLayer(now: Question, mine: OnItsWay, describe: Describe): Promise<Layer> {
  const { site, points, window, comparison, zone } = now
  const { from, to, buckets } = mine.reach
  const back = comparison ? backBy(window, comparison, zone) : 0
  const ask = (by: number) => cloud.series(site, points, new Date(from - by).toISOString(), new Date(to - by).toISOString(), buckets, mine.end.signal)
  const [found, before] = await Promise.all([ask(0), comparison ? ask(back) : null])
  return { ...mine, chart: chartOf(found, describe), compared: before && chartOf(before, describe), back }
}

export function usePast(question: () => Question, describe: Describe) {
  const fine = shallowRef<Layer | null>(null)
  const coarse = shallowRef<Layer | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const asked = shallowRef<readonly OnItsWay[]>([])
  const moving = motion()
  let widely: OnItsWay | null = null
  let turns = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function asks(now: Question, reach: Reach): OnItsWay {
    return { points: pointsOf(now), comparison: now.comparison, reach, turn: ++turns, at: performance.now(), end: new AbortController() }
  }

  /** Questions whose answers nobody would look at any more. */
  function drop(those: (each: OnItsWay) => boolean): void {
    for (const each of asked.value.filter(those)) each.end.abort()
    asked.value = asked.value.filter((each) => !those(each))
  }

  async function fetch(): Promise<void> {
    const now = question()
    if (!now.site || !now.points.length) return
    const mine = asks(now, reachOf(now.window, serverNow(), moving.speed))
    drop((each) => !isOf(each, now) || !shows(each.reach, now.window, serverNow()))
    asked.value = [...asked.value, mine]
    try {
      const found = await fetchLayer(now, mine, describe)
      if (mine.end.signal.aborted || found.turn < (fine.value?.turn ?? 0)) return
      fine.value = found
      problem.value = null
    } catch (error) {
      if (!mine.end.signal.aborted) problem.value = asProblem(error)
    } finally {
      asked.value = asked.value.filter((each) => each !== mine)
    }
  }

  /** Where it fails, the fine picture still comes, only later. */
  async function fetchCoarse(now: Question): Promise<void> {
    const mine = (widely = asks(now, coarseOf(now.window, serverNow())))
    const found = await fetchLayer(now, mine, describe).catch(() => null)
    if (mine.end.signal.aborted) return
    if (found) coarse.value = found
    widely = null
  }

  const suffices = (each: Asked | null, now: Question) => each !== null && isOf(each, now) && !isNear(each.reach, now.window, serverNow())

  function look(): void {
    timer = undefined
    const now = question()
    if (suffices(fine.value, now) || asked.value.some((each) => suffices(each, now))) return
    const last = asked.value.filter((each) => isOf(each, now)).at(-1)
    const rest = last ? REST - (performance.now() - last.at) : 0
    if (rest > 0) timer = setTimeout(look, rest)
    else void fetch()
  }

  function forget(): void {
    drop(() => true)
    widely?.end.abort()
    widely = null
    coarse.value = null
    moving.forget()
    clearTimeout(timer)
    timer = undefined
  }

  watch(
    question,
    (now, before) => {
      if (!before || pointsOf(before) !== pointsOf(now) || before.comparison !== now.comparison) forget()
      if (!now.site || !now.points.length) {
        fine.value = null
        return
      }
      const byHand = moving.see(now.window, performance.now())
      if (timer === undefined) look()
      const around = coarse.value !== null && isAround(coarse.value.reach, now.window, serverNow())
      if (byHand && !around && !widely && !suffices(fine.value, now)) void fetchCoarse(now)
    },
    { immediate: true },
  )
  onUnmounted(forget)

  /** The fine layer over the coarse one. */
  const picture = computed(() => {
    const top = fine.value
    const under = coarse.value?.points === top?.points ? coarse.value : null
    return top && { chart: layered(top.chart, under && under.chart), compared: top.compared, back: top.back }
  })
  /** What the picture lacks while it is fetched: nothing, finer buckets, or a part that is not there at all. */
  const lacks = computed<'' | 'finer' | 'part'>(() => {
    const { window } = question()
    const now = serverNow()
    if (!asked.value.length || (fine.value && shows(fine.value.reach, window, now))) return ''
    return [fine.value, coarse.value].some((each) => each && covers(each.reach, window, now)) ? 'finer' : 'part'
  })
  async function again(): Promise<void> {
    forget()
    await fetch()
  }
  return { picture, problem, lacks, again }
}
