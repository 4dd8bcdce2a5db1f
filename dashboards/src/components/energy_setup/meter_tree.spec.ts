import { describe, expect, it } from 'vitest'
import type { Meter } from '@/api/energy'
import { found, mayBeParent, treeRows } from './meter_tree'

const meter = (id: string, parent: string | null, more: Partial<Meter> = {}): Meter => ({ id, parent, unit: 'kW.h', kind: 'device', name: { zh: id, en: id }, ...more }) as Meter
const METERS = [meter('sum', null, { kind: 'virtual' }), meter('main', null), meter('tower', 'main'), meter('lifts', 'tower'), meter('shops', 'main'), meter('water', null, { unit: 'm3' }), meter('lost', 'gone')]
const ids = (rows: readonly { readonly meter: Meter }[]) => rows.map((row) => row.meter.id)

describe('meters in their tree', () => {
  it('have their depth; virtual ones come last, one whose parent is gone stands at the top', () => {
    expect(treeRows(METERS).map(({ meter: { id }, depth }) => [id, depth])).toEqual([['main', 0], ['tower', 1], ['lifts', 2], ['shops', 1], ['water', 0], ['lost', 0], ['sum', 0]])
  })

  it('never stand below themselves', () => {
    expect(ids(mayBeParent(METERS, 'tower', 'kW.h'))).toEqual(['main', 'shops', 'lost'])
    expect(ids(mayBeParent(METERS, 'new', 'm3'))).toEqual(['water'])
  })

  it('are found with what lies above them', () => {
    expect(ids(found(treeRows(METERS), 'LIFT', (each) => each.name.zh))).toEqual(['main', 'tower', 'lifts'])
    expect(found(treeRows(METERS), '  ', (each) => each.name.zh)).toHaveLength(7)
  })

  it('that run in a circle end somewhere', () => {
    expect(treeRows([meter('a', 'b'), meter('b', 'a')]).map((row) => row.depth)).toEqual([1, 1])
  })
})
