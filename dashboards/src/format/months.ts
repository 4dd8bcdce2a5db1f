/** Months as the cloud names them: `2026-11`. */

/** `2026-11` and -1 become `2026-10`. */
export function monthAfter(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const all = year * 12 + number - 1 + by
  return `${Math.floor(all / 12)}-${String((all % 12) + 1).padStart(2, '0')}`
}

/** The months up to one, the oldest first. */
export const monthsUpTo = (month: string, count: number): string[] => Array.from({ length: count }, (_, i) => monthAfter(month, i - count + 1))
