/** The posts of the chosen site and who stands there now. */
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { cloud } from '@/api/cloud'
import { useReading } from './reading'
import { useSession } from './session'

export const useDuty = defineStore('duty', () => {
  const session = useSession()
  const reading = useReading('duty:read', cloud.posts, 60_000)
  /** Whom work can be given to: oneself and who is on duty. */
  const people = computed(() => [...new Set([session.name, ...(reading.value.value ?? []).flatMap((post) => post.on_duty)])].filter(Boolean))

  return { ...reading, posts: reading.value, people }
})
