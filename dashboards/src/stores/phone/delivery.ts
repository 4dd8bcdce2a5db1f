/** Delivers what waits: once each, in order within each order; what the cloud refuses stays until the person decides. */
import { asProblem, type Problem } from '@/api/problem'
import type { ActionResult, Queued, QueuedAction, Shelf } from './kinds'
import type { Sends } from './sending'

/** Actions in one go. */
const TOGETHER = 25

/** `done`: nothing is left that can be sent; `away`: no network or not now; `ended`: log in first. */
export type Ended = 'done' | 'away' | 'ended'

/** What of somebody's may be sent now: all but what comes after something undecided of the same order. */
export function sendable(queue: readonly Queued[], user: string): Queued[] {
  const stuck = new Set<string>()
  return queue.filter((item) => {
    if (item.user !== user) return false
    if (item.state !== 'waiting') stuck.add(item.order)
    return !stuck.has(item.order)
  })
}

/** The next in line: one photo, or the actions up to the first photo. */
function next(items: readonly Queued[]): readonly Queued[] {
  const photo = items.findIndex((item) => item.kind === 'photo')
  return photo === 0 ? items.slice(0, 1) : items.slice(0, Math.min(photo < 0 ? items.length : photo, TOGETHER))
}

/** `told` hears after each call what it delivered. */
export async function deliver(shelf: Shelf, sends: Sends, user: string, told: (done: readonly Queued[]) => void): Promise<Ended> {
  let together = TOGETHER
  for (;;) {
    const part = next(sendable(await shelf.queued(), user)).slice(0, together)
    const [first] = part
    if (!first) return 'done'
    let done: readonly Queued[] = []
    try {
      if (first.kind === 'photo') {
        await sends.photo(first)
        await shelf.remove(first.number)
        done = [first]
      } else {
        const results = await sends.actions(part as QueuedAction[])
        done = await settle(shelf, part as QueuedAction[], results)
        if (results.every((result) => result.outcome === 'held')) return 'away'
      }
      together = TOGETHER
    } catch (error) {
      const problem = asProblem(error)
      const ended = whatNow(problem)
      if (ended) return ended
      if (part.length > 1) together = 1
      else await shelf.put({ ...first, state: 'refused', detail: problem.detail })
    } finally {
      told(done)
    }
  }
}

/** What a failed call means for the whole delivery; null: this one thing can't be taken. */
function whatNow(problem: Problem): Ended | null {
  if (problem.status === 401) return 'ended'
  return problem.status <= 0 || problem.status === 408 || problem.status === 429 || problem.status >= 500 ? 'away' : null
}

/** What is done leaves the shelf, what was not taken is marked on it; gives what is done. */
async function settle(shelf: Shelf, sent: readonly QueuedAction[], results: readonly ActionResult[]): Promise<readonly QueuedAction[]> {
  const said = new Map(results.map((result) => [result.key, result]))
  const done: QueuedAction[] = []
  for (const item of sent) {
    const result = said.get(item.key)
    if (!result || result.outcome === 'held') continue
    if (result.outcome === 'done') {
      await shelf.remove(item.number)
      done.push(item)
    } else await shelf.put({ ...item, state: result.outcome, detail: result.detail, present: result.order })
  }
  return done
}
