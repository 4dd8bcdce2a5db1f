/** The room that is left to a limit, as it is now: the cloud's word, moved on by what the stream has brought since. */
import type { LiveLimit, PointValue } from '@/api/types'
import type { Live } from '@/stores/values'

export interface Room {
  readonly value: number | null
  readonly limit: number
  readonly room: number
  /** Share (0 … 1) of the way to the limit that is left; 0 at and beyond it. */
  readonly left: number
}

/** Null where there is no number to be near to (a state, a message), or where it is not known. Of a counter the rise within the rule's time counts, which the stream does not bring. */
export function roomOf(limit: LiveLimit, point: PointValue | undefined, live: Live | undefined): Room | null {
  if (limit.limit === null || limit.room === null) return null
  const plain = point?.kind === 'measurement' && limit.says === point.point
  const value = plain && live && live.quality !== 'bad' && live.value !== null ? live.value : limit.value
  if (value === null) return null
  const room = plain ? (limit.direction === 'low' ? value - limit.limit : limit.limit - value) : limit.room
  const width = limit.share && limit.room ? Math.abs(limit.room / limit.share) : Math.abs(limit.limit) || 1
  return { value, limit: limit.limit, room, left: Math.min(1, Math.max(0, room / width)) }
}
