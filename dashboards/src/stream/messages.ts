/** What passes between a page and the one stream: commands up, news down. */

/** Names of the cloud's server-sent events. */
export const NAMES = ['alarm', 'work_order', 'equipment', 'gateway', 'linkage', 'values', 'heartbeat', 'reset'] as const
export type Name = (typeof NAMES)[number]

export type Command = { readonly kind: 'open' } | { readonly kind: 'close' } | { readonly kind: 'bye' }

export type News =
  /** The stream is open; `again` if it was open before, so that what was missed must be read. */
  | { readonly kind: 'opened'; readonly again: boolean }
  /** The stream broke; `refused` if the cloud would not have us at all. */
  | { readonly kind: 'lost'; readonly refused: boolean }
  | { readonly kind: 'event'; readonly name: Name; readonly data: string }
