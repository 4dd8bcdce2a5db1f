import { describe, expect, it } from 'vitest'
import { depthOf, readAgain, sizeOf, tooSmall } from './areas'

const PLACES = [{ id: 'site', parent: null }, { id: 'a', parent: 'site', area: 1000 }, { id: 'a1', parent: 'a', area: 400 }, { id: 'a2', parent: 'a' }]

describe('areas', () => {
  it('are as somebody set them, else as the inventory says', () => {
    expect(PLACES.map((place) => sizeOf(place, { a1: '450' }))).toEqual([null, 1000, 450, null])
  })

  it('smaller than their parts are told, with the sum', () => {
    expect(tooSmall(PLACES, {}).size).toBe(0)
    expect([...tooSmall(PLACES, { a2: '700' })]).toEqual([['a', 1100]])
  })

  it('read again keep what was typed and not saved, and follow the rest', () => {
    const was = { site: '1200', a: '400', gone: '7' }
    const fields = { site: '1,200', a: '450', b: '9', gone: '7' }
    expect(readAgain(fields, was, { site: '1300', a: '410', c: '5' })).toEqual({ site: '1300', a: '450', b: '9', c: '5' })
    expect(readAgain({ site: '', a: 'x' }, was, was)).toEqual({ site: '', a: 'x', gone: '7' })
  })

  it('stand as deep as the places around them', () => {
    expect(PLACES.map(({ id }) => depthOf(new Map(PLACES.map((place) => [place.id, place])), id))).toEqual([0, 1, 2, 2])
  })
})
