import { expect, it } from 'vitest'
import { missedShare, silentUnits, worstFirst, type Line } from './health_text'

const unit = (polls: number, missed: number, silent = false) => ({ unit: '1', polls, missed, silent, lost_since: null, why: '' })
const line = (name: string, state: string, units: Line['units']) => ({ line: name, state, units }) as unknown as Line

it('counts missed periods among all, and puts what is lost first', () => {
  const lines = [line('b', 'up', [unit(99, 1)]), line('a', 'up', [unit(100, 0)]), line('silent', 'up', [unit(9, 0, true)]), line('lost', 'lost', [])]
  expect(worstFirst(lines).map((each) => each.line)).toEqual(['lost', 'silent', 'b', 'a'])
  expect([missedShare(lines[0] as Line), missedShare(lines[3] as Line), silentUnits(lines[2] as Line)]).toEqual([0.01, null, 1])
})
