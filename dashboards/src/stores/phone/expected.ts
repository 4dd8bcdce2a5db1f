/** An order as it will be when all that waits for it is delivered: what the person sees, off line too. */
import type { Check, HeldOrder, Queued } from './kinds'

export interface Expected {
  readonly state: string
  readonly checks: readonly Check[]
  /** Names of parts and who signed, delivered and waiting. */
  readonly parts: readonly string[]
  readonly signed: readonly string[]
  readonly waiting: number
  readonly undecided: boolean
}

/** `delivered`: what was taken since the order was read. */
export function expected(held: HeldOrder, queue: readonly Queued[], delivered: readonly Queued[] = []): Expected {
  const own = queue.filter((item) => item.order === held.order.id)
  const since = delivered.filter((item) => item.order === held.order.id)
  let state: string = held.order.claimed_at && held.order.state === 'on_site' ? 'claimed' : held.order.state
  let before = state
  const checks = held.order.checks.map((check) => ({ ...check }))
  const parts = held.order.costs.map((line) => `${line.name} × ${line.quantity} ${line.unit}`)
  const signed = held.order.signatures.map((signature) => signature.name)
  for (const item of [...since, ...own]) {
    if (item.kind === 'photo' || item.state !== 'waiting') continue
    const said = item.does
    if (said.kind === 'accept') state = 'accepted'
    else if (said.kind === 'decline') state = 'declined'
    else if (said.kind === 'arrive') state = 'on_site'
    else if (said.kind === 'restore') state = held.order.source === 'alarm' ? 'claimed' : 'restored'
    else if (said.kind === 'pause') [before, state] = [state, 'paused']
    else if (said.kind === 'resume') state = before === 'paused' ? 'accepted' : before
    else if (said.kind === 'cost') parts.push(`${said.cost.name} × ${said.cost.quantity} ${said.cost.unit}`)
    else if (said.kind === 'sign') signed.push(said.signature.name)
    else answer(checks, said.items)
  }
  return { state, checks, parts, signed, waiting: own.length, undecided: own.some((item) => item.state !== 'waiting') }
}

interface Answered {
  readonly item?: string | null | undefined
  readonly passed?: boolean | null | undefined
  readonly reading?: number | null | undefined
  readonly note?: string | undefined
}

function answer(checks: Check[], items: readonly Answered[]): void {
  for (const said of items) {
    const place = checks.findIndex((check) => check.item !== null && check.item === said.item)
    const check = checks[place]
    if (!check) continue
    const reading = said.reading ?? null
    checks[place] = { ...check, reading, passed: said.passed !== false && within(check, reading), note: said.note ?? '' }
  }
}

/** Whether a reading is inside of its limits; one without limits always is. */
export function within(check: Check, reading: number | null): boolean {
  return reading === null || ((check.low === null || reading >= check.low) && (check.high === null || reading <= check.high))
}
