/** What this person may do to an alarm: by permission and by the posts that answer it (cloud/alarms/response.py). */
import type { Alarm, Permission } from '@/api/types'
import type { Rights } from './answers'
import { useSession } from './session'

const ANSWERS: Partial<Record<Alarm['owners'][number], Permission>> = { control_room: 'control_room:answer', engineering: 'engineering:answer' }

export function useRights(): (alarm: Alarm) => Rights {
  const session = useSession()
  return (alarm) => {
    const may = (permission: Permission) => session.may(permission, alarm.site)
    const anybody = alarm.owners.includes('list') || alarm.class === 'security' || may('alarm:decide')
    const answers = anybody || alarm.owners.some((post) => may(ANSWERS[post] ?? 'alarm:decide'))
    return {
      acknowledge: answers && may('alarm:acknowledge'),
      reset: answers && may('alarm:reset'),
      shelve: answers && may('alarm:shelve'),
      decide: may('alarm:decide'),
    }
  }
}
