/** Answers that the page asked for before its scripts came (`public/phone/early.js`), each taken at most once. */

/** An answer of the cloud, and when it came, ms. */
export interface Come {
  readonly answer: Response
  readonly at: number
}

const holder = globalThis as { gatehouseEarly?: Record<string, Promise<Come> | undefined> }

/** Null where nothing was asked for, it failed, or the cloud said no: then it is asked (again). */
export async function early(url: string): Promise<Come | null> {
  const asked = holder.gatehouseEarly?.[url]
  if (!asked) return null
  delete holder.gatehouseEarly?.[url]
  const come = await asked.catch(() => null)
  return come?.answer.ok ? come : null
}

/** What was asked for as somebody else, or before something changed, is not taken. */
export function forgetEarly(): void {
  delete holder.gatehouseEarly
}
