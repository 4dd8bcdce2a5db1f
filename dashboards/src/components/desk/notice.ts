/** What a notice of stopped supply still lacks before it can be announced. */
interface Notice {
  readonly places: readonly string[]
  readonly reason: string
  readonly from: string
  readonly to: string
}

export type Lacking = 'times' | 'order' | 'places' | 'reason'

/** The first thing that is missing or wrong; null where nothing is. Times as a local input gives them. */
export function lacking(notice: Notice): Lacking | null {
  if (!notice.from || !notice.to) return 'times'
  if (notice.to <= notice.from) return 'order'
  if (!notice.places.length) return 'places'
  return notice.reason.trim() ? null : 'reason'
}
