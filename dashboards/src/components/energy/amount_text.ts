/** Amounts of energy as people read them: what is unknown is a dash, never a zero. */
import { number, unit } from '@/format/number'
import { useLanguage } from '@/i18n/language'
import type { Sum } from '@/api/energy'

/** Decimals that a reader can use: the larger the number, the fewer. */
export function decimalsOf(value: number): number {
  const size = Math.abs(value)
  return size >= 1000 ? 0 : size >= 10 ? 1 : 2
}

/** A number of its own size. */
export function figure(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return '—'
  return Number(value) === 0 ? '0' : number(Number(value), decimalsOf(Number(value)))
}

/** Of a sum on the wire; null where nothing is known. */
export const amountOf = (sum: Sum): number | null => (sum.amount === null ? null : Number(sum.amount))

/** A share of the time, `98.7 %`; never rounded up to the whole. */
export function share(value: number): string {
  const shown = value < 1 ? Math.min(value, 0.999) : 1
  return `${number(shown * 100, shown === 1 ? 0 : 1)} %`
}

export function useAmountText() {
  const { t } = useLanguage()
  return {
    /** `12 480 kWh`. */
    amount: (sum: Sum, ucum: string) => {
      const value = amountOf(sum)
      return value === null ? t('energy.unknown') : `${figure(value)} ${unit(ucum)}`
    },
    /** `± 0.8`; nothing where the registers show all. */
    doubt: (sum: Sum) => (sum.uncertainty > 0 && sum.amount !== null ? `± ${number(sum.uncertainty, sum.uncertainty >= 10 ? 0 : sum.uncertainty >= 0.1 ? 1 : 3)}` : ''),
    /** `+3.2 %` with the direction said by its sign. */
    change: (value: number | null) => (value === null ? '—' : `${value > 0 ? '+' : ''}${number(value * 100, 1)} %`),
    share,
    figure,
  }
}
