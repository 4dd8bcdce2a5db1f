/** Finding by name or code in either language: pages, equipment, points, alarms, orders. */

export type FoundKind = 'page' | 'equipment' | 'point' | 'alarm' | 'order'

export interface Entry {
  readonly kind: FoundKind
  readonly id: string
  /** What is shown. */
  readonly title: string
  readonly detail: string
  readonly to: string
  /** All that it may be found by: codes, and names in both languages. */
  readonly words: readonly string[]
}

/** There are many points to one equipment: what else fits as well comes before them. */
const WEIGHT_OF_POINT = 0.25
const RANKS: readonly FoundKind[] = ['page', 'equipment', 'alarm', 'order', 'point']

/** Each word typed must be somewhere; higher is better; 0 is not found. */
export function score(entry: Entry, query: string): number {
  const typed = query.toLowerCase().split(/\s+/).filter(Boolean)
  const words = entry.words.map((word) => word.toLowerCase())
  let sum = 0
  for (const word of typed) {
    const best = Math.max(0, ...words.map((each) => (each === word ? 8 : each.startsWith(word) ? 4 : each.includes(word) ? 2 : 0)))
    if (!best) return 0
    sum += best
  }
  return entry.kind === 'point' ? sum * WEIGHT_OF_POINT : sum
}

export function find(entries: readonly Entry[], query: string, most = 12): Entry[] {
  return entries
    .map((entry) => ({ entry, points: score(entry, query) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || RANKS.indexOf(a.entry.kind) - RANKS.indexOf(b.entry.kind) || a.entry.title.localeCompare(b.entry.title))
    .slice(0, most)
    .map(({ entry }) => entry)
}
