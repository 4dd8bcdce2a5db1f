import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { desk } from '@/api/desk'
import type { Alarm, Equipment, Session, Step } from '@/api/types'
import { useAlarms } from '@/stores/alarms'
import { useEquipment } from '@/stores/equipment'
import { useNames } from '@/stores/names'
import { useSession } from '@/stores/session'
import { useAlarmText } from './alarm_text'
import { useStepText } from './step_text'

const text = (zh: string) => ({ zh, en: zh })
const alarm = (changes: Partial<Alarm>) =>
  ({ id: 'a', equipment: 'lift-1', instance: '', rule: 'trapped', equipment_name: text('1号电梯'), name: text('困人'), says: null, place: null, affects: [], state: 'unacknowledged', updated_at: '2026-11-20T08:00:00Z', raised_at: '2026-11-20T08:00:00Z', priority: 1, ...changes }) as unknown as Alarm

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.restoreAllMocks())

it('translates the words of the gateway in the course, and leaves those of people', () => {
  useAlarms().take(alarm({}))
  const { course } = useAlarmText()
  expect(course('latched')).toBe('条件已消失,待复位')
  expect(course('reset')).toBe('在本系统复位')
  expect(course('snapshot: latched')).toBe('与网关核对 · 条件已消失,待复位')
  expect(course('suppressed: lift-1.trapped')).toBe('被抑制 · 1号电梯 · 困人')
  expect(course('查过: 误报')).toBe('查过: 误报')
})

it('says once what the alarm and its gateway say alike, without the id', () => {
  const { what } = useAlarmText()
  const fire = { instance: 'z-a-low', equipment_name: text('消防主机 A栋低区'), name: text('火警确认') }
  expect(what(alarm({ ...fire, says: text('火警确认（z-a-low）') }))).toBe('消防主机 A栋低区 · 火警确认')
  expect(what(alarm({ ...fire, says: text('火警确认') }))).toBe('消防主机 A栋低区 · 火警确认')
  expect(what(alarm({ ...fire, says: text('三层感烟') }))).toBe('消防主机 A栋低区 · 火警确认 · 三层感烟')
})

it('places a lost line at what hangs behind it', () => {
  const equipment = useEquipment()
  for (const [id, place] of [['pump-1', 'pump-room'], ['pump-2', 'pump-room'], ['sump-1', 'pit']] as const) equipment.items.set(id, { id, place } as Equipment)
  const { place } = useAlarmText()
  expect(place(alarm({ affects: ['pump-1', 'pump-2'] }))).toBe('pump-room')
  expect(place(alarm({ affects: ['pump-1', 'sump-1'] }))).toBe('pump-room 等 2 处')
  expect(place(alarm({}))).toBe('—')
})

it('calls whose it is by the name that others read, also in its course', async () => {
  vi.spyOn(desk, 'names').mockResolvedValue([{ name: 'wu.hao', display_name: '吴浩' }])
  useSession().current = { name: 'desk' } as Session
  await useNames().load()
  const { owner } = useAlarmText()
  const owned = (assigned_to: string | null) => owner(alarm({ owners: ['control_room'], response: { assigned_to } } as unknown as Partial<Alarm>))
  expect([owned('wu.hao'), owned('sun.lei'), owned(null)]).toEqual(['吴浩', 'sun.lei', '消控室'])
  expect(useStepText()({ kind: 'assigned', detail: 'wu.hao' } as Step)).toBe('吴浩')
})
