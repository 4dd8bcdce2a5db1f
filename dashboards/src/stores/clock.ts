/** The time that the screen goes by: the server's, second by second. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { serverNow } from '@/api/client'

export const useClock = defineStore('clock', () => {
  const now = ref(serverNow())

  function run(): () => void {
    const timer = setInterval(() => (now.value = serverNow()), 1000)
    return () => clearInterval(timer)
  }

  return { now, run }
})
