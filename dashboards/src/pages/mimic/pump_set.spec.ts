import { expect, it } from 'vitest'
import type { Equipment, PointValue } from '@/api/types'
import type { Live } from '@/stores/values'
import { dutyOf, isElevator, isPump, pumpSet } from './pump_set'

const pump = (id: string, serves: string[], place = 'room', type = 'pump') => ({ id, serves, place, type }) as unknown as Equipment
const state = (point: string, codes: string[]) => ({ point, instance: '', states: codes.map((code, value) => ({ code, value })) }) as unknown as PointValue
const POINTS = { running: state('running', ['stopped', 'running']), fault: state('fault', ['normal', 'fault']), mode: state('mode', ['off', 'auto', 'manual']) }

function duty(values: Record<string, number | null>, others = false): string {
  return dutyOf(POINTS, (point) => ({ value: values[point.point] ?? null, quality: values[point.point] === undefined ? 'bad' : 'good' }) as Live, others)
}

it('puts pumps of one room and the same zones into one set, in order', () => {
  const all = [pump('pump-10', ['a', 'b']), pump('pump-2', ['b', 'a']), pump('pump-3', ['c']), pump('pump-4', ['a', 'b'], 'other'), pump('sump-1', ['a', 'b'], 'room', 'sump')]
  expect(pumpSet(pump('pump-2', ['b', 'a']), all).map((each) => each.id)).toEqual(['pump-2', 'pump-10'])
})

it('says what a pump does, and nothing where it can not be seen', () => {
  expect(duty({ running: 1, fault: 0, mode: 1 })).toBe('duty')
  expect(duty({ running: 1, fault: 0, mode: 1 }, true)).toBe('assisting')
  expect([duty({ running: 0, mode: 1 }), duty({ running: 0, mode: 2 }), duty({ running: 0, mode: 0 }), duty({ running: 0 })]).toEqual(['standby', 'manual', 'off', 'standby'])
  expect([duty({ running: 1, fault: 1 }), duty({ fault: 0 })]).toEqual(['fault', 'unknown'])
})

it('knows pumps and lifts by their points, whatever their type is called', () => {
  expect([isPump([POINTS.running]), isPump([POINTS.running, state('discharge_pressure', [])])]).toEqual([false, true])
  expect(isElevator([state('floor', []), state('door', [])])).toBe(true)
})
