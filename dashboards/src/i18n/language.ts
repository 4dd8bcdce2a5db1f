/** The language of the screen: typed keys, `{name}` placeholders, texts of the site in both languages. */
import { computed } from 'vue'
import { useScreen } from '@/stores/screen'
import { en } from './en'
import { zh } from './zh'

export type Language = 'zh' | 'en'
export type Key = keyof typeof zh
export type Parameters = Readonly<Record<string, string | number>>

/** A text that the cloud sends in both languages. */
export interface BothLanguages {
  readonly zh: string
  readonly en: string
}

const MESSAGES: Record<Language, Record<Key, string>> = { zh, en }

export function translate(language: Language, key: Key, parameters?: Parameters): string {
  const message = MESSAGES[language][key]
  return parameters ? message.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole)) : message
}

/** Whether a word of the cloud has a message, for closed lists that may grow before the pages do. */
export function isKey(key: string): key is Key {
  return key in zh
}

/** What components use: `t` for our words, `named` for the site's own. */
export function useLanguage() {
  const screen = useScreen()
  const language = computed<Language>(() => screen.language)
  return {
    language,
    locale: computed(() => (language.value === 'zh' ? 'zh-CN' : 'en-GB')),
    t: (key: Key, parameters?: Parameters) => translate(language.value, key, parameters),
    /** The message of a cloud's word, or the word itself where there is none. */
    word: (prefix: string, value: string) => {
      const key = `${prefix}.${value}`
      return isKey(key) ? translate(language.value, key) : value
    },
    named: (text: BothLanguages | null | undefined) => text?.[language.value] ?? '',
  }
}
