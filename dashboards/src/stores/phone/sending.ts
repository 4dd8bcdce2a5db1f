/** What the telephone says to the cloud: actions in one go, photos one by one. */
import { asProblem, Problem } from '@/api/problem'
import { get, path, post } from '@/api/client'
import { offset, toldAt } from './clock'
import type { ActionResult, HeldOrder, QueuedAction, QueuedPhotoSend } from './kinds'

/** ms; a photo over a weak network takes its time. */
const PHOTO_LIMIT = 90_000

export interface Sends {
  actions(items: readonly QueuedAction[]): Promise<readonly ActionResult[]>
  photo(item: QueuedPhotoSend): Promise<void>
}

/** The last one of the same order that goes before it in this delivery. */
function before(items: readonly QueuedAction[], place: number): string | undefined {
  return items.slice(0, place).findLast((each) => each.order === items[place]?.order)?.key
}

export const cloudSends: Sends = {
  async actions(items) {
    const now = offset()
    const actions = items.map((item, place) => ({
      key: item.key, order: item.order, after: before(items, place) ?? null, at: toldAt(item.at, item.offset, now), does: item.does,
    }))
    const answer = await post<{ readonly items: readonly ActionResult[] }>('/order-actions', { sent_at: toldAt(Date.now(), now, now), actions })
    return answer.items
  },

  async photo(item) {
    const now = offset()
    const age = Math.max(0, Date.parse(toldAt(Date.now(), now, now)) - Date.parse(toldAt(item.at, item.offset, now))) / 1000
    const url = path(`/work-orders/${encodeURIComponent(item.order)}/photos`, { key: item.key, age: Math.min(age, 72 * 3600) })
    let answer: Response
    try {
      answer = await fetch(url, { method: 'POST', credentials: 'same-origin', body: item.photo.bytes, signal: AbortSignal.timeout(PHOTO_LIMIT) })
    } catch (error) {
      throw asProblem(error)
    }
    if (!answer.ok) throw new Problem(answer.status, await detailOf(answer))
  },
}

async function detailOf(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => null)
  return body !== null && typeof body === 'object' && 'detail' in body && typeof body.detail === 'string' ? body.detail : answer.statusText
}

export async function myOrders(): Promise<readonly HeldOrder[]> {
  return (await get<{ readonly items: readonly HeldOrder[] }>('/my-work-orders')).items
}
