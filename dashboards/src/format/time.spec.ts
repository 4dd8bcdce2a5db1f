import { describe, expect, it } from 'vitest'
import { translate } from '@/i18n/language'
import { age, day, duration, full, localMidnights, moment } from './time'

const at = Date.parse('2026-11-21T16:30:05Z')
const t = (key: Parameters<typeof translate>[1], p?: Parameters<typeof translate>[2]) => translate('en', key, p)

describe('times', () => {
  it('are in the zone of the site, also over midnight', () => {
    expect(full(at, 'Asia/Shanghai', 'zh')).toBe('2026-11-22 00:30:05')
    expect(day(at, 'UTC')).toBe('2026-11-21')
  })

  it('name the day only where it is not today', () => {
    expect(moment(at, at + 60_000, 'Asia/Shanghai', 'zh')).toBe('00:30:05')
    expect(moment(at - 3_600_000, at, 'Asia/Shanghai', 'zh')).toBe('11-21 23:30:05')
    expect(moment(at - 400 * 86_400_000, at, 'UTC', 'en')).toBe('2025-10-17 16:30:05')
  })

  it('begin each local day where its date begins, also where clocks change', () => {
    expect(localMidnights(at, 2, 'Asia/Shanghai').map((each) => new Date(each).toISOString())).toEqual(['2026-11-20T16:00:00.000Z', '2026-11-21T16:00:00.000Z'])
    const [first, second] = localMidnights(Date.parse('2026-10-26T12:00:00Z'), 2, 'Europe/Berlin')
    expect((second ?? 0) - (first ?? 0)).toBe(25 * 3_600_000)
  })

  it('become ages in one unit, never negative', () => {
    expect([-5, 900, 59_000, 61_000, 7_300_000, 200_000_000].map((ms) => age(ms, t))).toEqual([
      'now', 'now', '59 s', '1 min', '2 h', '2 d',
    ])
  })

  it('become durations without loss', () => {
    expect([10, 90, 300, 7200, 86_400].map((s) => duration(s, t))).toEqual(['10 s', '90 s', '5 min', '2 h', '1 d'])
  })
})
