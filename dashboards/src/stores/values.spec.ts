import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { nextTick, watchEffect } from 'vue'
import type { PointValue } from '@/api/types'
import { reasonWord, useValues } from './values'

const NS = 1_000_000
const START = 1_800_000_000_000
const frame = (value: number | null, quality: number, reason: number, at: number) => ({
  site: 'garden', points: ['pump-1.flow'], values: [value], qualities: [quality], reasons: [reason], times: [at * NS],
})

beforeEach(() => {
  setActivePinia(createPinia())
  vi.useFakeTimers({ now: 1_000, toFake: ['Date'] })
})
afterEach(() => vi.useRealTimers())

it('reads what the stream brought, with words for numbers', () => {
  const values = useValues()
  values.take(frame(12.5, 0, 0, 1_000))
  expect(values.read('pump-1.flow')).toEqual({ value: 12.5, quality: 'good', reason: 'none', at: 1_000 })
  values.take(frame(null, 2, 66, 2_000))
  expect(values.read('pump-1.flow')).toEqual({ value: null, quality: 'bad', reason: 'exception_2', at: 2_000 })
})

it('never lets a late answer of REST hide a newer frame', () => {
  const values = useValues()
  values.take(frame(12.5, 0, 0, 5_000))
  values.seed([{ id: 'pump-1.flow', value: 1, quality: 'good', reason: 'none', at: new Date(4_000).toISOString() } as PointValue])
  expect(values.read('pump-1.flow').value).toBe(12.5)
})

it('tells readers of an equipment once for a whole frame, and no others', async () => {
  const values = useValues()
  const runs = { pump: 0, other: 0 }
  watchEffect(() => (values.read('pump-1.flow'), runs.pump++), { flush: 'sync' })
  watchEffect(() => (values.read('sump-1.level'), runs.other++), { flush: 'sync' })
  values.take({ site: 'garden', points: ['pump-1.flow', 'pump-1.power'], values: [1, 2], qualities: [0, 0], reasons: [0, 0], times: [1, 1] })
  await nextTick()
  expect(runs).toEqual({ pump: 2, other: 1 })
})

it('doubts a good value that nobody has confirmed, until it is said again', () => {
  vi.setSystemTime(START)
  const values = useValues()
  const seed = (id: string, age: number, stale_after: number) =>
    values.seed([{ id, value: 1, quality: 'good', reason: 'none', stale_after, at: new Date(START - age).toISOString() } as PointValue])
  seed('pump-1.flow', 78_000, 3)
  seed('meter-1.energy', 78_000, 180)
  expect(values.read('pump-1.flow')).toMatchObject({ quality: 'uncertain', reason: 'stale', at: START - 78_000 })
  expect(values.read('meter-1.energy').quality).toBe('good')
  values.take(frame(1, 0, 0, START))
  expect(values.read('pump-1.flow').quality).toBe('good')
  vi.setSystemTime(START + 14_000)
  values.sweep()
  expect(values.read('pump-1.flow').quality).toBe('good')
  vi.setSystemTime(START + 16_000)
  values.sweep()
  expect(values.read('pump-1.flow')).toMatchObject({ value: 1, quality: 'uncertain' })
})

it('believes a gateway whose clock is behind, once its values are said again', () => {
  vi.setSystemTime(START)
  const values = useValues()
  values.take(frame(1, 0, 0, START - 60_000))
  values.sweep()
  expect(values.read('pump-1.flow').quality).toBe('uncertain')
  values.take(frame(1, 0, 0, START - 50_000))
  values.sweep()
  expect(values.read('pump-1.flow').quality).toBe('good')
})

it('shows a point that was never heard as bad, not as zero', () => {
  expect(useValues().read('pump-9.flow')).toMatchObject({ value: null, quality: 'bad', reason: 'unknown' })
  expect(reasonWord(99)).toBe('exception_35')
})
