/** Trade and class as the caller's words say them; a person may choose otherwise. */

/** What can be heard; the words of each are among the texts of the languages. */
export const GUESSED = {
  trades: ['plumbing', 'electrical', 'elevator', 'fire', 'security', 'hvac', 'building', 'mechanical'],
  classes: ['urgent', 'hard', 'small'],
} as const

/** Words of each choice, in any language, as the lists of the languages have them. */
export type Lists = readonly (readonly [string, string])[]

/** The choice of which most words are said, the longest word deciding; the first of equals, null for none. */
export function guess(said: string, lists: Lists): string | null {
  const text = said.toLowerCase()
  let best: string | null = null
  let most = 0
  for (const [choice, words] of lists) {
    const score = words.split(' ').reduce((sum, word) => sum + (word && text.includes(word.toLowerCase()) ? word.length : 0), 0)
    if (score > most) [best, most] = [choice, score]
  }
  return best
}
