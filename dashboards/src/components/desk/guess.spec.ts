import { expect, it } from 'vitest'
import { en } from '@/i18n/en'
import { zh } from '@/i18n/zh'
import { guess } from './guess'

const lists = (prefix: string, language: Record<string, string>) => Object.entries(language).filter(([key]) => key.startsWith(prefix)).map(([key, words]) => [key.slice(prefix.length), words] as const)
const TRADES = [...lists('guess.trade.', zh), ...lists('guess.trade.', en)]
const CLASSES = [...lists('guess.class.', zh), ...lists('guess.class.', en)]

it('hears the trade', () => {
  expect(['厨房水龙头漏水', '客厅跳闸没电', '电梯关人了', '烟感一直叫', '单元门禁打不开', '空调不制冷', '墙皮脱落', 'The tap leaks', 'the lift is stuck'].map((said) => guess(said, TRADES))).toEqual([
    'plumbing', 'electrical', 'elevator', 'fire', 'security', 'hvac', 'building', 'plumbing', 'elevator',
  ])
})

it('hears how urgent it is, and nothing where nothing is said', () => {
  expect(['水管爆了', '全家停电', '换个灯泡', '外墙渗水', 'burst pipe', '你好'].map((said) => guess(said, CLASSES))).toEqual(['urgent', 'urgent', 'small', 'hard', 'urgent', null])
})
