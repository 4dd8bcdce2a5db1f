/** What people may answer to an alarm as it stands, and what they have begun to write. */
import type { AnswerKind } from '@/api/answer'
import type { Alarm, Outcome } from '@/api/types'
import type { Key } from '@/i18n/language'
import { isLifeSafety, isUnacknowledged, isUnclosed, lifeKind } from './alarm_order'

/** What this person may do to this alarm. */
export interface Rights {
  readonly acknowledge: boolean
  readonly reset: boolean
  readonly shelve: boolean
  /** The head: alone where it else takes two. */
  readonly decide: boolean
}

/** What was typed and not sent yet; it outlives a refusal, another alarm and a new log-in. */
export interface Draft {
  readonly open: AnswerKind | null
  readonly outcome: Outcome | ''
  readonly found: string
  readonly text: string
  readonly to: string
  readonly shelving: string
  readonly seconds: number
  readonly reset: string
}

export const OUTCOMES: readonly Outcome[] = ['real', 'false', 'test', 'drill', 'unknown']
/** Seconds; the first is the default, the last the most that the cloud takes. */
export const SHELVES: readonly number[] = [3600, 900, 7200, 14_400, 28_800]
export const EMPTY_DRAFT: Draft = { open: null, outcome: '', found: '', text: '', to: '', shelving: '', seconds: 3600, reset: '' }

export function isFire(alarm: Alarm): boolean {
  return lifeKind(alarm) === 'fire'
}

/** In the order of the buttons; acknowledge comes first and has its own. */
export function offered(alarm: Alarm, rights: Rights): AnswerKind[] {
  const open = alarm.state !== 'normal' || isUnclosed(alarm)
  const live = alarm.detection !== 'cleared'
  const shelved = alarm.state === 'shelved'
  const may: Record<AnswerKind, boolean> = {
    acknowledge: rights.acknowledge && isUnacknowledged(alarm),
    silence: rights.acknowledge && alarm.response.sounding,
    confirm: rights.acknowledge && open,
    shelve: rights.shelve && live && !shelved && !isLifeSafety(alarm),
    unshelve: rights.shelve && shelved,
    reset: rights.reset && alarm.detected_by === 'edge' && alarm.detection === 'latched' && !isUnacknowledged(alarm),
    close: rights.acknowledge && isUnclosed(alarm),
    assign: rights.acknowledge && open,
    comment: rights.acknowledge,
  }
  return (Object.keys(may) as AnswerKind[]).filter((kind) => may[kind])
}

/** Why a fire can't be closed yet; null where it can. */
export function closeWaits(alarm: Alarm, rights: Rights, me: string): Key | null {
  const { reset_seen_at, confirmed_outcome, close_by } = alarm.response
  if (!reset_seen_at) return 'alarm.close.panel'
  if (alarm.detection !== 'cleared') return 'alarm.close.reset'
  if (!confirmed_outcome) return 'alarm.close.confirm'
  if (close_by === me && !rights.decide) return 'alarm.close.second'
  return null
}

/** What the number of people means for this outcome; null where one is enough. */
export function confirmNote(alarm: Alarm, outcome: Outcome | '', rights: Rights, me: string): Key | null {
  if (!isFire(alarm) || !outcome) return null
  if (outcome === 'real') return 'alarm.confirm.one'
  if (rights.decide) return 'alarm.confirm.head'
  const first = alarm.response.false_by
  if (first === me) return 'alarm.confirm.own'
  return first ? 'alarm.confirm.second' : 'alarm.confirm.two'
}
