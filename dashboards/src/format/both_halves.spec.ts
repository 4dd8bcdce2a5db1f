import { expect, it } from 'vitest'
import { bothHalves } from './both_halves'

it('shows the half of the language, and a message of one language whole', () => {
  expect(bothHalves('wu 已完成此步骤 · wu has done this step already', 'zh')).toBe('wu 已完成此步骤')
  expect(bothHalves('wu 已完成此步骤 · wu has done this step already', 'en')).toBe('wu has done this step already')
  expect(bothHalves('此报警由消防控制室处理 · answered by the control room', 'en')).toBe('answered by the control room')
  expect(bothHalves('this alarm is over', 'zh')).toBe('this alarm is over')
  expect(bothHalves('甲 · 乙', 'en')).toBe('甲 · 乙')
})
