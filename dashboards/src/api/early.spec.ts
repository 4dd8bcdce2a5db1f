import { afterEach, expect, test, vi } from 'vitest'
import { get, post } from './client'

const holder = globalThis as { gatehouseEarly?: Record<string, Promise<unknown>> }
const said = (status: number, body: unknown) => new Response(JSON.stringify(body), { status })
const asks = (...answers: Response[]) => {
  const fetched = vi.fn(async () => answers.shift() as Response)
  vi.stubGlobal('fetch', fetched)
  return fetched
}
afterEach(() => {
  vi.unstubAllGlobals()
  delete holder.gatehouseEarly
})

test('what was asked for early is taken once, then the cloud is asked', async () => {
  holder.gatehouseEarly = { '/api/v1/session': Promise.resolve({ answer: said(200, { name: 'early' }), at: Date.now() }) }
  const fetched = asks(said(200, { name: 'later' }))
  expect(await get('/session')).toEqual({ name: 'early' })
  expect(fetched).not.toHaveBeenCalled()
  expect(await get('/session')).toEqual({ name: 'later' })
})

const NOTHING = [() => Promise.resolve({ answer: said(401, {}), at: 0 }), () => Promise.reject(new TypeError('no network'))]
test.each(NOTHING)('a no, or no network, is asked again', async (asked) => {
  holder.gatehouseEarly = { '/api/v1/my-work-orders': asked() }
  const fetched = asks(said(200, { items: [] }))
  expect(await get('/my-work-orders')).toEqual({ items: [] })
  expect(fetched).toHaveBeenCalledOnce()
})

test('nothing that was asked for before a change is taken after it', async () => {
  holder.gatehouseEarly = { '/api/v1/my-work-orders': Promise.resolve({ answer: said(200, { items: ['of the former'] }), at: 0 }) }
  asks(said(200, {}), said(200, { items: [] }))
  await post('/session', { name: 'b' })
  expect(await get('/my-work-orders')).toEqual({ items: [] })
})
