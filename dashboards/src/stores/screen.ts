/** How this screen is set: language, theme, size, shortcuts; kept in the browser. */
import { defineStore } from 'pinia'
import { ref, watch, type Ref } from 'vue'
import type { Language } from '@/i18n/messages'

const PREFIX = 'gatehouse.'

function kept<T extends string>(name: string, choices: readonly [T, ...T[]]): Ref<T> {
  let before: string | null = null
  try {
    before = localStorage.getItem(PREFIX + name)
  } catch {
    before = null
  }
  const value = ref(choices.find((choice) => choice === before) ?? choices[0]) as Ref<T>
  watch(value, (now) => {
    try {
      localStorage.setItem(PREFIX + name, now)
    } catch {
      // A browser that keeps nothing still shows everything.
    }
  })
  return value
}

export const useScreen = defineStore('screen', () => {
  const language = kept<Language>('language', ['zh', 'en'])
  const theme = kept('theme', ['dark', 'light'])
  const size = kept('size', ['normal', 'large'])
  const shortcuts = kept('shortcuts', ['on', 'off'])

  /** Show it on the document, now and at every change. */
  function apply(): void {
    watch(
      [language, theme, size],
      () => {
        const root = document.documentElement
        root.lang = language.value === 'zh' ? 'zh-CN' : 'en'
        root.dataset.theme = theme.value
        root.dataset.size = size.value
      },
      { immediate: true },
    )
  }

  return { language, theme, size, shortcuts, apply }
})
