/** How many days a carpet shows: the month, a quarter of a year, a year, each ending with the chosen month. */
export const STRETCHES = ['month', 'quarter', 'year'] as const
export type Stretch = (typeof STRETCHES)[number]

export function stretchOf(word: string): Stretch {
  return STRETCHES.find((each) => each === word) ?? 'year'
}

/** The day so many days earlier. */
export function daysBefore(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - by * 86_400_000).toISOString().slice(0, 10)
}
