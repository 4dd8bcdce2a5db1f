/** Months as the cloud names them: `2026-11`. */

/** `2026-11` and -1 become `2026-10`. */
export function monthAfter(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const all = year * 12 + number - 1 + by
  return `${Math.floor(all / 12)}-${String((all % 12) + 1).padStart(2, '0')}`
}

/** The months up to one, the oldest first. */
export const monthsUpTo = (month: string, count: number): string[] => Array.from({ length: count }, (_, i) => monthAfter(month, i - count + 1))

/** The month that somebody wrote: `2026-11`, `2026/1`, `202611`, or with the signs for year and month; null where it is none. */
export function monthSaid(text: string): string | null {
  const [, year = '', number = ''] = /^\s*((?:19|20|21)\d\d)\s*[-/.\u5e74]?\s*(\d{1,2})\s*\u6708?\s*$/.exec(text) ?? []
  return Number(number) >= 1 && Number(number) <= 12 ? `${year}-${number.padStart(2, '0')}` : null
}
