/** Who is logged in and what they may do where. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { whenUnauthenticated } from '@/api/client'
import { cloud } from '@/api/cloud'
import { Problem } from '@/api/problem'
import type { Permission, Session } from '@/api/types'
import { endTyped, forgetTyped, resumeTyped } from './typed_shelf'

const EVERYWHERE = '*'

export const useSession = defineStore('session', () => {
  const current = ref<Session | null>(null)
  const checked = ref(false)
  /** The session ended under a person's hands: the log-in page says so. */
  const ended = ref(false)
  const name = computed(() => current.value?.name ?? '')

  whenUnauthenticated(() => {
    if (current.value) ended.value = true
    current.value = null
    endTyped()
  })

  /** Whether somebody is logged in, asked of the cloud; throws where the cloud does not answer. */
  async function check(): Promise<boolean> {
    try {
      current.value = await cloud.session()
      resumeTyped(name.value)
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error
      current.value = null
    }
    checked.value = true
    return current.value !== null
  }

  async function logIn(user: string, password: string): Promise<void> {
    current.value = await cloud.logIn(user, password)
    resumeTyped(name.value)
    checked.value = true
    ended.value = false
  }

  async function logOut(): Promise<void> {
    await cloud.logOut()
    forgetTyped()
    current.value = null
    ended.value = false
  }

  function may(permission: Permission, site: string): boolean {
    const held = current.value?.permissions ?? {}
    return [EVERYWHERE, site].some((key) => held[key]?.includes(permission))
  }

  return { current, checked, ended, name, check, logIn, logOut, may }
})
