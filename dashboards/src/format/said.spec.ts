import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Site } from '@/api/types'
import { useClock } from '@/stores/clock'
import { useScreen } from '@/stores/screen'
import { useSites } from '@/stores/sites'
import { useSaid } from './said'

const REFUSED = 'li.wei 已于 2026-11-22T15:31:19.388Z 接警 · li.wei acknowledged this alarm at 2026-11-22T15:31:19.388Z'

beforeEach(() => {
  setActivePinia(createPinia())
  useSites().list = [{ id: 'garden', timezone: 'Asia/Shanghai', places: [] } as unknown as Site]
  useClock().now = Date.parse('2026-11-22T15:32:00Z')
})

afterEach(() => localStorage.clear())

it('says what the cloud refused in one language, at the time on the wall', () => {
  expect(useSaid()(REFUSED)).toBe('li.wei 已于 23:31:19 接警')
  useScreen().language = 'en'
  expect(useSaid()(REFUSED)).toBe('li.wei acknowledged this alarm at 23:31:19')
  useScreen().language = 'zh'
})

it('leaves alone what is no moment, and says the day of another one', () => {
  expect(useSaid()('WO-2026-11-22 T15 没有')).toBe('WO-2026-11-22 T15 没有')
  expect(useSaid()('至 2026-11-20T16:00:00Z')).toBe('至 11-21 00:00:00')
})
