/** The live values: columns by point, filled by REST once and by the stream's frames ever after.
 *  Pages are told per equipment, at most once a frame of the screen. */
import { defineStore } from 'pinia'
import { shallowRef, type ShallowRef } from 'vue'
import type { PointValue, Quality, Values } from '@/api/types'

export interface Live {
  readonly value: number | null
  readonly quality: Quality
  readonly reason: string
  /** When it was read, ms; 0 where it never was. */
  readonly at: number
}

const QUALITIES: readonly Quality[] = ['good', 'uncertain', 'bad']
const REASONS = [
  'none', 'timeout', 'not_connected', 'not_available', 'out_of_range', 'stale', 'clock', 'undecodable', 'device',
  'not_found', 'unknown', 'refused', 'retained', 'substituted', 'gateway',
] as const
const EXCEPTION = 64
const NOTHING: Live = { value: null, quality: 'bad', reason: 'unknown', at: 0 }

/** The word of a reason's number (facility/quality.py). */
export function reasonWord(reason: number): string {
  return REASONS[reason] ?? (reason > EXCEPTION ? `exception_${reason - EXCEPTION}` : `reason_${reason}`)
}

export const useValues = defineStore('values', () => {
  const columns = new Map<string, Live>()
  const versions = new Map<string, ShallowRef<number>>()
  const touched = new Set<string>()
  let scheduled = false

  function version(equipment: string): ShallowRef<number> {
    let found = versions.get(equipment)
    if (!found) versions.set(equipment, (found = shallowRef(0)))
    return found
  }

  function touch(point: string): void {
    touched.add(point.slice(0, point.indexOf('.')))
    if (scheduled) return
    scheduled = true
    queueMicrotask(() => {
      scheduled = false
      for (const equipment of touched) version(equipment).value++
      touched.clear()
    })
  }

  /** From REST: never puts an older value over a newer one. */
  function seed(points: readonly PointValue[]): void {
    for (const point of points) {
      const at = point.at ? Date.parse(point.at) : 0
      const before = columns.get(point.id)
      if (before && before.at > at) continue
      columns.set(point.id, { value: point.value, quality: point.quality as Quality, reason: point.reason, at })
      touch(point.id)
    }
  }

  /** From the stream. A bad value has none: what was last known stays away from the screen. */
  function take(frame: Values): void {
    frame.points.forEach((point, i) => {
      columns.set(point, {
        value: frame.values[i] ?? null,
        quality: QUALITIES[frame.qualities[i] ?? 2] ?? 'bad',
        reason: reasonWord(frame.reasons[i] ?? 0),
        at: (frame.times[i] ?? 0) / 1e6,
      })
      touch(point)
    })
  }

  /** The newest of a point; who reads it inside a render is told of the next. */
  function read(point: string): Live {
    void version(point.slice(0, point.indexOf('.'))).value
    return columns.get(point) ?? NOTHING
  }

  function clear(): void {
    columns.clear()
    for (const each of versions.values()) each.value++
  }

  return { seed, take, read, clear }
})
