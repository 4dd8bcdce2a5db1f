/** How much is known of a stretch of hourly temperatures. */
export interface KnownHours {
  readonly known: number
  readonly of: number
  readonly low: number | null
  readonly high: number | null
  /** The longest run of unknown hours. */
  readonly silence: number
}

export function knownHours(celsius: readonly (number | null)[]): KnownHours {
  const known = celsius.filter((value) => value !== null)
  let [silence, run] = [0, 0]
  for (const value of celsius) silence = Math.max(silence, (run = value === null ? run + 1 : 0))
  return { known: known.length, of: celsius.length, low: known.length ? Math.min(...known) : null, high: known.length ? Math.max(...known) : null, silence }
}

/** Each day's mean; null where less than half of it is known. */
export function dayMeans(celsius: readonly (number | null)[]): (number | null)[] {
  return Array.from({ length: Math.ceil(celsius.length / 24) }, (_, day) => {
    const known = celsius.slice(day * 24, day * 24 + 24).filter((value) => value !== null)
    return known.length >= 12 ? known.reduce((sum, value) => sum + value, 0) / known.length : null
  })
}
