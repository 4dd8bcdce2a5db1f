import { describe, expect, it } from 'vitest'
import type { TreeNode } from '@/api/energy'
import { sankeyOf } from './sankey'

const sum = (amount: string | null, coverage = 1) => ({ amount, coverage, quality: 'measured', uncertainty: 0 }) as const
const name = { zh: '表', en: 'Meter' }

function node(id: string, parent: string | null, amount: string | null, children: readonly string[] = [], left?: number): TreeNode {
  const remainder = left === undefined ? null : { own: sum(amount), children: sum(String(Number(amount) - left)), left: sum(String(left)), share: left / Number(amount), fault: left < 0, absent: [] }
  return { id, parent, depth: 0, kind: 'device', name, unit: 'kW.h', use: null, use_name: name, area: null, total: sum(amount, amount === null ? 0 : 1), children, remainder } as unknown as TreeNode
}

describe('the tree as flows', () => {
  it('has a box for each meter and for what is left, heights to one scale', () => {
    const drawn = sankeyOf([node('main', null, '100', ['a', 'b'], 20), node('a', 'main', '50'), node('b', 'main', '30')], null)
    const of = (id: string) => drawn.boxes.find((box) => box.id === id)!
    expect(drawn.boxes.map((box) => box.id).sort()).toEqual(['a', 'b', 'main', 'main rest'])
    expect(of('a').height / of('main').height).toBeCloseTo(0.5, 6)
    expect(of('main rest').height / of('main').height).toBeCloseTo(0.2, 6)
    expect(of('main').surplus).toBe(0)
  })

  it('shows children that count more than their meter as a surplus, not clipped', () => {
    const drawn = sankeyOf([node('main', null, '100', ['a'], -25), node('a', 'main', '125')], null)
    const main = drawn.boxes.find((box) => box.id === 'main')!
    const child = drawn.boxes.find((box) => box.id === 'a')!
    expect(main.height + main.surplus).toBeCloseTo(child.height, 6)
    expect(main.surplus / main.height).toBeCloseTo(0.25, 6)
  })

  it('keeps boxes of a column apart, also of two hundred meters, and begins at any node', () => {
    const ids = Array.from({ length: 200 }, (_, i) => `m${i}`)
    const all = [node('main', null, '1000', ids), ...ids.map((id, i) => node(id, 'main', i % 9 ? String(i / 20) : null))]
    const column = sankeyOf(all, null).boxes.filter((box) => box.depth === 1).sort((a, b) => a.y - b.y)
    expect(column).toHaveLength(200)
    expect(column.every((box, i) => i === 0 || box.y >= column[i - 1]!.y + column[i - 1]!.height)).toBe(true)
    expect(sankeyOf(all, 'm7').boxes.map((box) => box.id)).toEqual(['m7'])
  })

  it('has nothing to draw of no meters', () => {
    expect(sankeyOf([], null).boxes).toEqual([])
  })
})
