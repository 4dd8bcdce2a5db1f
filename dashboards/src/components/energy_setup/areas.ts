/** m² of the site and its places: what the inventory says, what people set, and where the two can't both be right. */
import { typed } from '@/components/energy_money/decimal'

/** An area as it may be typed. */
export const WISH = { places: 2, least: 0.01, most: 1e9, optional: true }

export interface Place {
  readonly id: string
  readonly parent: string | null
  readonly area?: number | null | undefined
}

/** What holds: what is set before what the inventory says. */
export const sizeOf = (place: Place, set: Readonly<Record<string, string>>): number | null => (set[place.id] ? Number(set[place.id]) : (place.area ?? null))

/** Places whose parts are known to be larger than they, with the parts' sum. */
export function tooSmall(places: readonly Place[], set: Readonly<Record<string, string>>): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const place of places) {
    const size = sizeOf(place, set)
    if (size !== null && place.parent) sums.set(place.parent, (sums.get(place.parent) ?? 0) + size)
  }
  return new Map(places.flatMap((place) => {
    const [size, sum] = [sizeOf(place, set), sums.get(place.id) ?? 0]
    return size !== null && sum > size * 1.0001 ? [[place.id, sum] as const] : []
  }))
}

/** Fields after another reading: what somebody typed and has not saved stays, all else follows what is held `now`. */
export function readAgain(fields: Readonly<Record<string, string>>, was: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): Record<string, string> {
  const isOwn = (id: string) => (typed(fields[id] ?? '', WISH).value ?? '') !== (was[id] ?? '')
  return { ...now, ...Object.fromEntries(Object.entries(fields).filter(([id]) => isOwn(id))) }
}

export function depthOf(places: ReadonlyMap<string, Place>, id: string): number {
  const seen = new Set([id])
  let depth = 0
  for (let at = places.get(id)?.parent; at && places.has(at) && !seen.has(at); at = places.get(at)?.parent) {
    seen.add(at)
    depth++
  }
  return depth
}
