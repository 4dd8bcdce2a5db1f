/** Which alarm comes first, and which count as announced. */
import type { Alarm } from '@/api/types'

/** Whether a list is to be believed: read, not read yet, or not for this person. What is not seen is never "none". */
export type Sight = 'seen' | 'unread' | 'hidden'

export type LifeKind = 'fire' | 'trapped' | 'panic'

const KINDS: readonly LifeKind[] = ['fire', 'trapped', 'panic']
const QUIET = new Set(['shelved', 'suppressed', 'out_of_service', 'normal'])

export function isUnacknowledged(alarm: Alarm): boolean {
  return alarm.state.endsWith('unacknowledged')
}

/** Shelved, suppressed and out-of-service alarms are listed but neither counted nor sounded. */
export function isAnnounced(alarm: Alarm): boolean {
  return !QUIET.has(alarm.state)
}

/** A fire that is over on the spot, but that nobody has closed. */
export function isUnclosed(alarm: Alarm): boolean {
  return alarm.response.must_close && !alarm.response.closed_at
}

export function isLifeSafety(alarm: Alarm): boolean {
  return alarm.class === 'life_safety'
}

/** What kind of danger to life it is; null where it is none. */
export function lifeKind(alarm: Alarm): LifeKind | null {
  if (!isLifeSafety(alarm)) return null
  if (alarm.system === 'fire') return 'fire'
  return alarm.system === 'elevators' ? 'trapped' : 'panic'
}

function danger(alarm: Alarm): number {
  const kind = lifeKind(alarm)
  return kind ? KINDS.indexOf(kind) : KINDS.length
}

/** Still so on the spot, or latched: a returned alarm waits in the list, but its equipment is well. */
export function isStanding(alarm: Alarm): boolean {
  return isAnnounced(alarm) && alarm.detection !== 'cleared'
}

/** Times of one form and ids need no locale, and a flood is sorted often. */
const compared = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function rank(alarm: Alarm): number {
  if (alarm.state === 'normal' && isUnclosed(alarm)) return 1
  if (!isAnnounced(alarm)) return 3
  if (isLifeSafety(alarm)) return isUnacknowledged(alarm) ? 0 : 1
  return 2
}

/** Life safety on top, unacknowledged first; then by priority, fire before trapped before panic, unacknowledged, newest. */
export function mostUrgentFirst(a: Alarm, b: Alarm): number {
  return (
    rank(a) - rank(b) ||
    a.priority - b.priority ||
    danger(a) - danger(b) ||
    Number(isUnacknowledged(b)) - Number(isUnacknowledged(a)) ||
    compared(b.raised_at, a.raised_at) ||
    compared(a.id, b.id)
  )
}

/** How well an alarm knows where the danger is: a detector by its own place, a zone by its extent, a panel not at all. */
export function placed(alarm: Alarm, isZone: (instance: string) => boolean): 'detector' | 'zone' | 'panel' {
  if (lifeKind(alarm) !== 'fire' || (alarm.instance && !isZone(alarm.instance))) return 'detector'
  return alarm.instance ? 'zone' : 'panel'
}
