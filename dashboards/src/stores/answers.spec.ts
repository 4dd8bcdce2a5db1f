import { describe, expect, it } from 'vitest'
import type { Alarm } from '@/api/types'
import { closeWaits, confirmNote, offered, type Rights } from './answers'

const ALL: Rights = { acknowledge: true, reset: true, shelve: true, decide: false }
const NONE: Rights = { acknowledge: false, reset: false, shelve: false, decide: true }

function alarm(changes: Partial<Alarm> = {}, response: Partial<Alarm['response']> = {}): Alarm {
  const answered = { sounding: true, must_close: false, closed_at: null, false_by: null, reset_seen_at: null, confirmed_outcome: null, close_by: null, ...response }
  return { state: 'unacknowledged', detection: 'active', detected_by: 'edge', class: 'equipment', system: 'water', ...changes, response: answered } as unknown as Alarm
}
const fire = (changes: Partial<Alarm> = {}, response: Partial<Alarm['response']> = {}) => alarm({ class: 'life_safety', system: 'fire', ...changes }, { must_close: true, ...response })

describe('what is offered', () => {
  it('never shelves life safety', () => {
    expect(offered(alarm(), ALL)).toContain('shelve')
    expect(offered(fire(), ALL)).not.toContain('shelve')
    expect(offered(alarm({ class: 'life_safety', system: 'elevators' }), ALL)).not.toContain('shelve')
  })

  it('is nothing to who may nothing', () => expect(offered(fire(), NONE)).toEqual([]))

  it('is taking back, not shelving again, while shelved', () => {
    const kinds = offered(alarm({ state: 'shelved' }, { sounding: false }), ALL)
    expect(kinds).toContain('unshelve')
    expect(kinds).not.toContain('shelve')
    expect(kinds).not.toContain('silence')
  })

  it('resets what is latched and acknowledged, of the edge only', () => {
    const latched = { detection: 'latched', state: 'latched_acknowledged' } as const
    expect(offered(alarm(latched), ALL)).toContain('reset')
    expect(offered(alarm({ ...latched, detected_by: 'cloud' }), ALL)).not.toContain('reset')
    expect(offered(alarm({ detection: 'latched', state: 'latched_unacknowledged' }), ALL)).not.toContain('reset')
  })

  it('is only a comment on what is over, but a fire waits to be closed', () => {
    const over = { state: 'normal', detection: 'cleared' } as const
    expect(offered(alarm(over, { sounding: false }), ALL)).toEqual(['comment'])
    expect(offered(fire(over, { sounding: false }), ALL)).toEqual(['confirm', 'close', 'assign', 'comment'])
    expect(offered(fire(over, { sounding: false, closed_at: 'x' }), ALL)).toEqual(['comment'])
  })
})

describe('two persons', () => {
  it('call a fire false, one calls it real', () => {
    expect(confirmNote(fire(), 'real', ALL, 'li')).toBe('alarm.confirm.one')
    expect(confirmNote(fire(), 'false', ALL, 'li')).toBe('alarm.confirm.two')
    expect(confirmNote(fire({}, { false_by: 'li' }), 'false', ALL, 'li')).toBe('alarm.confirm.own')
    expect(confirmNote(fire({}, { false_by: 'wu' }), 'test', ALL, 'li')).toBe('alarm.confirm.second')
    expect(confirmNote(fire(), 'false', { ...ALL, decide: true }, 'li')).toBe('alarm.confirm.head')
    expect(confirmNote(alarm(), 'false', ALL, 'li')).toBeNull()
  })

  it('close a fire, after the panel, the reset here and the confirmation', () => {
    const over = { state: 'normal', detection: 'cleared' } as const
    expect(closeWaits(fire(), ALL, 'li')).toBe('alarm.close.panel')
    expect(closeWaits(fire({ detection: 'latched' }, { reset_seen_at: 'x' }), ALL, 'li')).toBe('alarm.close.reset')
    expect(closeWaits(fire(over, { reset_seen_at: 'x' }), ALL, 'li')).toBe('alarm.close.confirm')
    const said = { reset_seen_at: 'x', confirmed_outcome: 'false', close_by: 'li' } as const
    expect(closeWaits(fire(over, said), ALL, 'li')).toBe('alarm.close.second')
    expect(closeWaits(fire(over, said), { ...ALL, decide: true }, 'li')).toBeNull()
    expect(closeWaits(fire(over, said), ALL, 'wu')).toBeNull()
  })
})
