/** Which alarm comes first, and which count as announced. */
import type { Alarm } from '@/api/types'

const QUIET = new Set(['shelved', 'suppressed', 'out_of_service', 'normal'])

export function isUnacknowledged(alarm: Alarm): boolean {
  return alarm.state.endsWith('unacknowledged')
}

/** Shelved, suppressed and out-of-service alarms are listed but neither counted nor sounded. */
export function isAnnounced(alarm: Alarm): boolean {
  return !QUIET.has(alarm.state)
}

export function isLifeSafety(alarm: Alarm): boolean {
  return alarm.class === 'life_safety'
}

/** Still so on the spot, or latched: a returned alarm waits in the list, but its equipment is well. */
export function isStanding(alarm: Alarm): boolean {
  return isAnnounced(alarm) && alarm.detection !== 'cleared'
}

function rank(alarm: Alarm): number {
  if (!isAnnounced(alarm)) return 3
  if (isLifeSafety(alarm)) return isUnacknowledged(alarm) ? 0 : 1
  return 2
}

/** Life safety on top, unacknowledged first, the newest of them first; then by priority, unacknowledged, newest. */
export function mostUrgentFirst(a: Alarm, b: Alarm): number {
  return (
    rank(a) - rank(b) ||
    a.priority - b.priority ||
    Number(isUnacknowledged(b)) - Number(isUnacknowledged(a)) ||
    b.raised_at.localeCompare(a.raised_at) ||
    a.id.localeCompare(b.id)
  )
}
