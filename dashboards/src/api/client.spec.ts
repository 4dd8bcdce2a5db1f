import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { hearClock, hearDate, serverNow } from './client'

const NOW = Date.parse('2026-11-22T10:00:00.400Z')
const off = () => serverNow() - NOW

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  hearClock(NOW)
})

afterEach(() => {
  hearClock(NOW)
  vi.useRealTimers()
})

it('does not take a slow answer for a wrong clock', () => {
  hearDate(Date.parse('2026-11-22T09:59:58Z'), NOW - 2500, NOW)
  expect(off()).toBe(0)
})

it('takes the middle of what can be where the own clock is wrong', () => {
  hearDate(Date.parse('2026-11-22T10:05:00Z'), NOW - 200, NOW)
  expect(off()).toBe(300_200)
})

it('does not give up what it knows for a slow answer that fits it', () => {
  hearDate(Date.parse('2026-11-22T10:05:00Z'), NOW - 200, NOW)
  hearDate(Date.parse('2026-11-22T10:04:57Z'), NOW - 4000, NOW)
  expect(off()).toBe(300_200)
})

it('believes the own clock again once it is put right', () => {
  hearDate(Date.parse('2026-11-22T10:05:00Z'), NOW - 200, NOW)
  hearDate(Date.parse('2026-11-22T10:00:00Z'), NOW - 200, NOW)
  expect(off()).toBe(0)
})
