import { describe, expect, it } from 'vitest'
import type { MeterSet } from '@/api/energy_setup'
import { draftOf, settingsOf, wrongOf } from './meter_draft'

const MANUAL = { settings: { kind: 'manual', name: { zh: '商铺', en: '商铺' }, unit: 'm3', medium: 'gas', formula: null, use: 'tenant', area: null, parent: 'main', reading_period: 86_400, width: '1000000.000000', multiplier: '30', highest: null }, meter: { id: 'shop-1', shown_unit: 'm3' }, inventory: null } as unknown as MeterSet

describe('a meter that is set up', () => {
  it('is sent as it was read, where nothing was typed', () => {
    const { width, ...rest } = MANUAL.settings
    expect(settingsOf(draftOf(MANUAL), 'manual')).toEqual({ ...rest, width: '1000000' })
    expect(width).toBe('1000000.000000')
  })

  it('of a gateway keeps what the inventory says where a field is empty', () => {
    expect(settingsOf(draftOf(null), 'device')).toMatchObject({ name: null, unit: null, parent: null, use: null, multiplier: null })
  })

  it('that is virtual has no register and no place in the tree', () => {
    const draft = { ...draftOf(MANUAL), unit: 'kW.h', formula: ' [a] - [b] ' }
    expect(settingsOf(draft, 'virtual')).toMatchObject({ formula: '[a] - [b]', parent: null, width: null, multiplier: null, reading_period: null, medium: null })
    expect(wrongOf({ ...draft, multiplier: 'x' }, 'virtual', null).multiplier).toBeNull()
  })

  it('needs a number of its own and a name', () => {
    const empty = draftOf(null)
    const taken = new Set(['main'])
    expect(wrongOf(empty, 'manual', taken)).toMatchObject({ id: 'money.wrong.missing', zh: 'money.wrong.missing' })
    expect(wrongOf({ ...empty, id: 'main', zh: 'x' }, 'manual', taken)).toMatchObject({ id: 'setup.wrong.taken', zh: null })
    expect(wrongOf({ ...empty, id: '表1' }, 'manual', taken).id).toBe('setup.wrong.id')
    expect(wrongOf({ ...empty, multiplier: '0' }, 'device', null)).toMatchObject({ id: null, zh: null, multiplier: 'money.wrong.least' })
  })
})
