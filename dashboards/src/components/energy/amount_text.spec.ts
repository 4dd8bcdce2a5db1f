import { describe, expect, it } from 'vitest'
import { decimalsOf, figure, share } from './amount_text'

describe('amounts', () => {
  it('have as many decimals as their size asks for', () => {
    expect([0.1234, 12.34, 1234.5].map(decimalsOf)).toEqual([2, 1, 0])
    expect(figure('48120.7')).toBe('48\u202f121')
  })

  it('that are unknown are a dash, never a zero', () => {
    expect([figure(null), figure(0)]).toEqual(['—', '0'])
  })

  it('that are not whole are never shown as whole', () => {
    expect([share(1), share(0.99996), share(0.5), share(0)]).toEqual(['100 %', '99.9 %', '50.0 %', '0.0 %'])
  })
})
