import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { PointValue, Rule } from '@/api/types'
import { useScreen } from '@/stores/screen'
import { useRuleText } from './rule_text'

const point = (id: string, zh: string, en: string, states: unknown[] = []) => ({ point: id, name: { zh, en }, states, unit: '1', decimals: 0 }) as unknown as PointValue
const POINTS = [
  point('power', '有功功率', 'Active power'),
  point('fault', '故障状态', 'Fault', [{ value: 0, code: 'normal', zh: '正常', en: 'Normal' }, { value: 1, code: 'fault', zh: '故障', en: 'Faulty' }]),
  point('level', '液位', 'Level'),
]
const says = (expression: string) => useRuleText(() => POINTS).whole({ condition: { kind: 'expression', expression } } as unknown as Rule)

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => localStorage.clear())

it('says an expression with the names of points and states', () => {
  expect(says('power > 0.85 * rated_power')).toBe('有功功率 > 0.85 × 额定有功功率')
  expect(says('(fault == 1 and level < 1.0) or not fault != 0')).toBe('(故障状态为故障 且 液位 < 1.0) 或 非 故障状态不为正常')
  useScreen().language = 'en'
  expect(says('power >= rated_power and local_hour < 4')).toBe('Active power ≥ rated active power and local hour < 4')
  expect(says('abs(level) > rated_flow')).toBe('abs(Level) > rated flow')
})
