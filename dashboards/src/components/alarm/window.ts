/** Which rows of a long list of equal rows are to be drawn. */
export interface Window {
  readonly first: number
  readonly last: number
  readonly before: number
  readonly after: number
}

const SPARE = 8

/** `first` included, `last` not; `before` and `after` are the heights that stand for the rows that are not drawn. */
export function windowOf(count: number, height: number, scrolled: number, visible: number): Window {
  const first = Math.min(Math.max(0, Math.floor(scrolled / height) - SPARE), Math.max(0, count - 1))
  const last = Math.min(count, Math.ceil((scrolled + visible) / height) + SPARE)
  return { first, last, before: first * height, after: (count - last) * height }
}
