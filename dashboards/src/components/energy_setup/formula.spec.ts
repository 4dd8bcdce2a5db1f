import { describe, expect, it } from 'vitest'
import { readFormula, type Named } from './formula'

const meter = (id: string, unit = 'kW.h', formula: string | null = null): [string, Named] => [id, { id, unit, formula }]
const KNOWN = new Map([meter('main'), meter('lifts'), meter('water', 'm3'), meter('rest', 'kW.h', '[main] - [other]'), meter('other', 'kW.h', '[lifts] * 2')])
const MINE = { id: 'other', unit: 'kW.h' }
const said = (text: string, mine = { id: 'new', unit: 'kW.h' }) => readFormula(text, mine, KNOWN).error?.key ?? null

describe('a formula', () => {
  it('names its meters once each', () => {
    expect(readFormula('[main] - 0.5 * ([lifts] + -[main]) / 2', MINE, KNOWN)).toEqual({ meters: ['main', 'lifts'], error: null })
  })

  it.each([
    ['', 'money.wrong.missing'],
    ['main - 1', 'setup.formula.sign'],
    ['[main] [lifts]', 'setup.formula.operator'],
    ['[main] -', 'setup.formula.value'],
    ['[main] + * 2', 'setup.formula.value'],
    ['([main]', 'setup.formula.bracket'],
    ['[main])', 'setup.formula.bracket'],
    ['1 + 2', 'setup.formula.no_meter'],
    ['[mian]', 'setup.formula.unknown'],
    ['[main] + [water]', 'setup.formula.unit'],
  ])('%s is refused', (text, key) => expect(said(text)).toBe(key))

  it('that needs itself runs in a circle, also by way of another', () => {
    expect([said('[other]', MINE), said('[rest]', MINE), said('[rest]')]).toEqual(['setup.formula.circle', 'setup.formula.circle', null])
  })
})
