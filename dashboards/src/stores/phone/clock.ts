/** When something was done, as the cloud is told it: right although the telephone's clock is wrong, or set right meanwhile. */
import { hearClock, serverNow } from '@/api/client'

const KEPT = 'gatehouse.phone.clock'
/** ms; the Date header has whole seconds, a smaller difference is its own. */
const SAME = 2000

/** How far the server's clock is ahead of ours, as far as known: also from before the last reload. */
export function offset(): number {
  return serverNow() - Date.now()
}

/** Remember it over a reload. */
export function keepOffset(): void {
  localStorage.setItem(KEPT, String(offset()))
}

/** Take up what was known before the reload, until the cloud says it anew. */
export function recallOffset(): void {
  const kept = Number(localStorage.getItem(KEPT) ?? 0)
  if (Number.isFinite(kept) && kept !== 0) hearClock(Date.now() + kept)
}

/** A time to be sent, where `now` is what `sent_at` is computed from: a clock that was set between is not taken for an age. */
export function toldAt(at: number, then: number, now: number): string {
  return new Date(at + (Math.abs(then - now) > SAME ? then : now)).toISOString()
}
