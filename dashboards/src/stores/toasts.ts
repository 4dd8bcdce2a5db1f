/** Short messages on top of the page: what happened and what to do. Errors stay until they are dismissed. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { asProblem } from '@/api/problem'
import type { Key, Parameters } from '@/i18n/language'

const SHOWN = 5000
const MOST = 4

export interface Toast {
  readonly id: number
  readonly kind: 'done' | 'error'
  readonly title: Key
  readonly parameters: Parameters
  readonly remedy: Key | null
  readonly detail: string
  readonly times: number
}

export const useToasts = defineStore('toasts', () => {
  const list = ref<Toast[]>([])
  let last = 0

  function dismiss(id: number): void {
    list.value = list.value.filter((toast) => toast.id !== id)
  }

  function done(title: Key, parameters: Parameters = {}): void {
    const id = ++last
    list.value = [...list.value, { id, kind: 'done' as const, title, parameters, remedy: null, detail: '', times: 1 }].slice(-MOST)
    setTimeout(() => dismiss(id), SHOWN)
  }

  /** The same error again only counts up; an ended session is the log-in page's to tell. */
  function failed(error: unknown): void {
    const { status, title, remedy, detail } = asProblem(error)
    if (status === 401) return
    const before = list.value.find((toast) => toast.title === title && toast.detail === detail)
    const toast: Toast = { id: ++last, kind: 'error', title, parameters: {}, remedy, detail, times: (before?.times ?? 0) + 1 }
    list.value = [...list.value.filter((other) => other !== before), toast].slice(-MOST)
  }

  /** An error that is not an answer of the cloud. */
  function told(title: Key, remedy: Key): void {
    const others = list.value.filter((toast) => toast.title !== title)
    list.value = [...others, { id: ++last, kind: 'error' as const, title, parameters: {}, remedy, detail: '', times: 1 }].slice(-MOST)
  }

  return { list, done, failed, told, dismiss }
})
