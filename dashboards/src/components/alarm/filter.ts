/** What the alarm list is narrowed to. */
import type { Alarm, Priority } from '@/api/types'
import { isUnacknowledged } from '@/stores/alarm_order'

export interface AlarmFilter {
  view: 'live' | 'shelved' | 'history'
  unacknowledged: boolean
  priorities: readonly Priority[]
  system: string
  text: string
}

export function emptyFilter(): AlarmFilter {
  return { view: 'live', unacknowledged: false, priorities: [], system: '', text: '' }
}

/** `words` is what the row says; every word typed must be in it, in any order. */
export function passes(filter: AlarmFilter, alarm: Alarm, words: string): boolean {
  const found = `${words} ${alarm.equipment} ${alarm.rule}`.toLowerCase()
  return (
    (!filter.unacknowledged || isUnacknowledged(alarm)) &&
    (!filter.priorities.length || filter.priorities.includes(alarm.priority)) &&
    (!filter.system || (alarm.system ?? 'gateway') === filter.system) &&
    filter.text.toLowerCase().split(/\s+/).every((word) => found.includes(word))
  )
}
