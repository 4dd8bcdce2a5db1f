/** The half of a cloud's message that this screen speaks: it says `中文 · English` where it says both. */
import type { Language } from '@/i18n/language'

const HAN = /[\u4e00-\u9fff]/

export function bothHalves(message: string, language: Language): string {
  const cut = message.lastIndexOf(' · ')
  if (cut < 0) return message
  const first = message.slice(0, cut)
  const second = message.slice(cut + 3)
  if (!HAN.test(first) || HAN.test(second.replace(/'[^']*'/g, ''))) return message
  return language === 'zh' ? first : second
}
