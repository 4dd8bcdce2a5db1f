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

/** `words` is what the row says, asked only where somebody looks for words; each typed one must be in it, in any order. */
export function passes(filter: AlarmFilter, alarm: Alarm, words: () => string): boolean {
  return (
    (!filter.unacknowledged || isUnacknowledged(alarm)) &&
    (!filter.priorities.length || filter.priorities.includes(alarm.priority)) &&
    (!filter.system || (alarm.system ?? 'gateway') === filter.system) &&
    (!filter.text.trim() || says(filter.text, `${words()} ${alarm.equipment} ${alarm.rule}`))
  )
}

function says(typed: string, words: string): boolean {
  const found = words.toLowerCase()
  return typed.toLowerCase().split(/\s+/).every((word) => found.includes(word))
}
