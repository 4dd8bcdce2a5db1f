/** The telephone's words: a vocabulary of its own, so that its first load carries no other page's. */
import { computed } from 'vue'
import { useScreen } from '@/stores/screen'
import { enPhone } from './en_phone'
import { filled, type BothLanguages, type Language, type Parameters } from './messages'
import { zhPhone } from './zh_phone'

export type PhoneKey = keyof typeof zhPhone

const MESSAGES: Record<Language, Record<PhoneKey, string>> = { zh: zhPhone, en: enPhone }

function isPhoneKey(key: string): key is PhoneKey {
  return key in zhPhone
}

function say(language: Language, key: PhoneKey, parameters?: Parameters): string {
  return filled(MESSAGES[language][key], parameters)
}

export function usePhoneWords() {
  const screen = useScreen()
  const language = computed<Language>(() => screen.language)
  return {
    language,
    t: (key: PhoneKey, parameters?: Parameters) => say(language.value, key, parameters),
    /** The message of a cloud's word, or the word itself where there is none. */
    word: (prefix: string, value: string) => {
      const key = `${prefix}.${value}`
      return isPhoneKey(key) ? say(language.value, key) : value
    },
    named: (text: BothLanguages | null | undefined) => text?.[language.value] ?? '',
  }
}
