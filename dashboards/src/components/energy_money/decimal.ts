/** Amounts as people type them: kept as text to the last digit, for money is never a float. */
import { number } from '@/format/number'
import type { Key } from '@/i18n/language'

const FULL = /[\uff0c\uff0e\uff0d\uff10-\uff19]/g
const GROUPED = /^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/
const PLAIN = /^-?(?:\d+(?:\.\d*)?|\.\d+)$/

export interface Wish {
  /** Decimals at the most. */
  readonly places?: number
  readonly least?: number
  readonly most?: number
  readonly optional?: boolean
}

export interface Typed {
  /** As the cloud takes it; null: nothing was typed. */
  readonly value: string | null
  readonly error: Key | null
}

/** `1,234.50`, full-width digits too. */
export function typed(text: string, wish: Wish = {}): Typed {
  const said = text.trim().replace(FULL, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
  if (!said) return { value: null, error: wish.optional ? null : 'money.wrong.missing' }
  const plain = GROUPED.test(said) ? said.replaceAll(',', '') : said
  if (!PLAIN.test(plain)) return { value: null, error: 'money.wrong.number' }
  const value = plain.replace(/^(-?)\./, '$10.').replace(/\.$/, '')
  const amount = Number(value)
  if ((value.split('.')[1]?.length ?? 0) > (wish.places ?? 6)) return { value, error: 'money.wrong.places' }
  if (amount < (wish.least ?? 0)) return { value, error: 'money.wrong.least' }
  if (wish.most !== undefined && amount > wish.most) return { value, error: 'money.wrong.most' }
  return { value, error: null }
}

/** An amount of the cloud with its decimals; `—` where there is none. */
export function shown(amount: string | number | null | undefined, places: number): string {
  return number(amount === null || amount === undefined ? null : Number(amount), places)
}

/** A price without the zeros at its end: `0.612300` is `0.6123`. */
export function price(amount: string | null | undefined): string {
  if (amount === null || amount === undefined) return '—'
  const [whole = '0', rest = ''] = String(amount).split('.')
  const kept = rest.replace(/0+$/, '')
  return kept ? `${whole}.${kept}` : whole
}
