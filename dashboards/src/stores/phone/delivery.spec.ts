import { describe, expect, it } from 'vitest'
import { Problem } from '@/api/problem'
import { toldAt } from './clock'
import { isOneOf, readCode } from './codes'
import { deliver, sendable } from './delivery'
import { expected, within } from './expected'
import type { ActionResult, Check, HeldOrder, NewQueued, Queued, QueuedAction, QueuedPhotoSend, Shelf } from './kinds'
import type { Sends } from './sending'

class MemoryShelf implements Shelf {
  items: Queued[] = []
  private count = 0
  queued = async () => [...this.items].sort((a, b) => a.number - b.number)
  add = async (item: NewQueued) => {
    const added = { ...item, number: ++this.count } as Queued
    this.items.push(added)
    return added
  }
  put = async (item: Queued) => void (this.items = [...this.items.filter((each) => each.number !== item.number), item])
  remove = async (number: number) => void (this.items = this.items.filter((each) => each.number !== number))
  held = async () => ({ orders: [], at: 0 })
  hold = async () => undefined
  forget = async () => undefined
}

/** A cloud that takes each key once, holds what follows a refusal, and loses answers when told to. */
class Cloud implements Sends {
  taken: string[] = []
  photos: string[] = []
  refused = new Map<string, ActionResult['outcome']>()
  away = 0
  lostAnswers = 0

  actions = async (items: readonly QueuedAction[]): Promise<readonly ActionResult[]> => {
    if (this.away-- > 0) throw new Problem(0, '')
    if (items.some((item) => item.key.includes('broken'))) throw new Problem(422, 'not so')
    const stopped = new Set<string>()
    const results = items.map((item): ActionResult => {
      const outcome = stopped.has(item.order) ? 'held' : (this.refused.get(item.key) ?? 'done')
      if (outcome !== 'done') stopped.add(item.order)
      else if (!this.taken.includes(item.key)) this.taken.push(item.key)
      return { key: item.key, outcome, detail: outcome, at: null, adjusted: false, repeated: false, order: null }
    })
    if (this.lostAnswers-- > 0) throw new Problem(-1, '')
    return results
  }

  photo = async (item: QueuedPhotoSend): Promise<void> => {
    if (this.away-- > 0) throw new Problem(0, '')
    this.photos.push(item.key)
  }
}

async function phone(...keys: string[]): Promise<[MemoryShelf, Cloud]> {
  const shelf = new MemoryShelf()
  for (const key of keys) {
    const told = { user: 'ann', key, order: key[0] ?? '', orderNumber: 1, at: 0, offset: 0, state: 'waiting', detail: '' } as const
    if (key.includes('photo')) await shelf.add({ ...told, kind: 'photo', photo: { bytes: new Blob(), small: '' } })
    else await shelf.add({ ...told, kind: 'action', does: { kind: 'accept' } })
  }
  return [shelf, new Cloud()]
}

const keys = (items: readonly Queued[]) => items.map((item) => item.key)
const nothing = () => undefined

describe('what waits on the telephone', () => {
  it('is delivered once and in order, photos between', async () => {
    const [shelf, cloud] = await phone('a1', 'b1', 'a-photo', 'a2', 'b2')
    cloud.lostAnswers = 1
    expect(await deliver(shelf, cloud, 'ann', nothing)).toBe('away')
    expect(keys(await shelf.queued())).toEqual(['a1', 'b1', 'a-photo', 'a2', 'b2'])
    expect(await deliver(shelf, cloud, 'ann', nothing)).toBe('done')
    expect([cloud.taken, cloud.photos, shelf.items]).toEqual([['a1', 'b1', 'a2', 'b2'], ['a-photo'], []])
  })

  it('stays where there is no network, and is another person’s never', async () => {
    const [shelf, cloud] = await phone('a1', 'a2')
    cloud.away = 1
    expect(await deliver(shelf, cloud, 'ann', nothing)).toBe('away')
    expect(await deliver(shelf, cloud, 'bo', nothing)).toBe('done')
    expect([cloud.taken, shelf.items.length]).toEqual([[], 2])
  })

  it('stops its own order at a conflict, keeps it, and goes on with the others', async () => {
    const [shelf, cloud] = await phone('a1', 'a2', 'b1', 'a-photo')
    cloud.refused.set('a1', 'conflict')
    expect(await deliver(shelf, cloud, 'ann', nothing)).toBe('done')
    expect(cloud.taken).toEqual(['b1'])
    expect((await shelf.queued()).map((item) => [item.key, item.state])).toEqual([['a1', 'conflict'], ['a2', 'waiting'], ['a-photo', 'waiting']])
    expect(sendable(await shelf.queued(), 'ann')).toEqual([])
    await shelf.remove(1)
    expect(await deliver(shelf, cloud, 'ann', nothing)).toBe('done')
    expect([cloud.taken, cloud.photos]).toEqual([['b1', 'a2'], ['a-photo']])
  })

  it('finds the one that can’t be taken, so that it holds up nothing else', async () => {
    const [shelf, cloud] = await phone('a1', 'b-broken', 'c1')
    expect(await deliver(shelf, cloud, 'ann', nothing)).toBe('done')
    expect(cloud.taken).toEqual(['a1', 'c1'])
    expect((await shelf.queued()).map((item) => [item.key, item.state, item.detail])).toEqual([['b-broken', 'refused', 'not so']])
  })
})

describe('when it was done', () => {
  it('is an age where the clock ran on, and the first clock’s word where it was set between', () => {
    const at = Date.parse('2026-11-22T08:00:00.250Z')
    expect(toldAt(at, 0, 900)).toBe('2026-11-22T08:00:01.150Z')
    expect(toldAt(at, -300_000, 0)).toBe('2026-11-22T07:55:00.250Z')
  })
})

describe('codes', () => {
  it('are read as the cloud reads them', async () => {
    const code = readCode('https://gatehouse.example/q/123456789/')
    expect(code === null || code === '123456789').toBe(true)
    const body = 'K7QF2M9X'
    const found = [...'123456789ABCDEFGHJKMNPQRSTVWXYZ'].map((sign) => readCode(body + sign)).filter(Boolean)
    expect(found).toHaveLength(1)
    const valid = found[0] ?? ''
    expect(readCode(` ${valid.slice(0, 3)}-${valid.slice(3, 6)}-${valid.slice(6)} `.toLowerCase())).toBe(valid)
    expect([readCode(''), readCode('0OOOOOOOO'), readCode('<script>')]).toEqual([null, null, null])
    expect(await isOneOf(valid, [])).toBe(false)
  })
})

describe('an order as it will be', () => {
  const check = { number: 1, item: 'p', name: { zh: '压力', en: 'p' }, equipment: null, unit: 'MPa', low: 0.2, high: 0.5, passed: null, reading: null, note: '', at: null, by: '', made: null } as Check
  const held = { order: { id: 'a', state: 'dispatched', source: 'person', claimed_at: null, checks: [check], costs: [], signatures: [] } } as unknown as HeldOrder
  const did = (does: QueuedAction['does'], number: number) => ({ kind: 'action', number, user: 'ann', key: String(number), order: 'a', orderNumber: 1, at: 0, offset: 0, state: 'waiting', detail: '', does }) as QueuedAction

  it('has what waits done already', () => {
    const queue = [did({ kind: 'accept' }, 1), did({ kind: 'arrive' }, 2), did({ kind: 'checklist', items: [{ item: 'p', name: '', note: '', class: 'ordinary', reading: 0.1 }] }, 3)]
    const found = expected(held, queue)
    expect([found.state, found.waiting, found.checks[0]?.passed]).toEqual(['on_site', 3, false])
    expect(expected(held, [...queue, did({ kind: 'restore', note: '' }, 4)]).state).toBe('restored')
    expect([within(check, 0.2), within(check, 0.51)]).toEqual([true, false])
  })
})
