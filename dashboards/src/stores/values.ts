/** The live values: columns by point, filled by REST once and by the stream's frames ever after.
 *  Pages are told per equipment, at most once a frame of the screen. */
import { defineStore } from 'pinia'
import { shallowRef, type ShallowRef } from 'vue'
import { serverNow } from '@/api/client'
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
/** The gateway shows an unchanged value again after so long (edge/snapshot.py), and this much may pass on the way. */
const REFRESH = 10_000
const SLACK = 5_000
const NOTHING: Live = { value: null, quality: 'bad', reason: 'unknown', at: 0 }

/** The word of a reason's number (facility/quality.py). */
export function reasonWord(reason: number): string {
  return REASONS[reason] ?? (reason > EXCEPTION ? `exception_${reason - EXCEPTION}` : `reason_${reason}`)
}

export const useValues = defineStore('values', () => {
  const columns = new Map<string, Live>()
  /** When a value was last known to hold, ms of the server's clock, and how long it may go unconfirmed. */
  const confirmed = new Map<string, number>()
  const limits = new Map<string, number>()
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
      limits.set(point.id, point.stale_after * 1000)
      const before = columns.get(point.id)
      if (before && before.at > at) continue
      columns.set(point.id, { value: point.value, quality: point.quality as Quality, reason: point.reason, at })
      confirmed.set(point.id, Math.max(at, before?.at === at ? (confirmed.get(point.id) ?? 0) : 0))
      touch(point.id)
    }
    sweep()
  }

  /** From the stream. A bad value has none: what was last known stays away from the screen. */
  function take(frame: Values): void {
    const now = serverNow()
    frame.points.forEach((point, i) => {
      const at = (frame.times[i] ?? 0) / 1e6
      const before = columns.get(point)
      confirmed.set(point, before && before.at > 0 && at > before.at ? now : Math.min(at, now))
      columns.set(point, {
        value: frame.values[i] ?? null,
        quality: QUALITIES[frame.qualities[i] ?? 2] ?? 'bad',
        reason: reasonWord(frame.reasons[i] ?? 0),
        at,
      })
      touch(point)
    })
  }

  /** What nobody has confirmed for too long is no longer known to hold, whatever the cloud thinks of its gateway. */
  function sweep(): void {
    const now = serverNow()
    for (const [point, live] of columns) {
      if (live.quality !== 'good') continue
      const most = Math.max(limits.get(point) ?? 0, REFRESH) + SLACK
      if (now - (confirmed.get(point) ?? 0) <= most) continue
      columns.set(point, { ...live, quality: 'uncertain', reason: 'stale' })
      touch(point)
    }
  }

  /** The newest of a point; who reads it inside a render is told of the next. */
  function read(point: string): Live {
    void version(point.slice(0, point.indexOf('.'))).value
    return columns.get(point) ?? NOTHING
  }

  function clear(): void {
    columns.clear()
    confirmed.clear()
    limits.clear()
    for (const each of versions.values()) each.value++
  }

  return { seed, take, read, sweep, clear }
})
