/** The language of the screen: typed keys, `{name}` placeholders, texts of the site in both languages. */
import { computed } from 'vue'
import { useScreen } from '@/stores/screen'
import { en } from './en'
import { filled, type BothLanguages, type Language, type Parameters } from './messages'
import { zh } from './zh'

export type { BothLanguages, Language, Parameters }
export type Key = keyof typeof zh

const MESSAGES: Record<Language, Record<Key, string>> = { zh, en }

export function translate(language: Language, key: Key, parameters?: Parameters): string {
  return filled(MESSAGES[language][key], parameters)
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
