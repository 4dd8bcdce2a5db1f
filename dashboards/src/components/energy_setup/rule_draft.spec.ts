import { describe, expect, it } from 'vitest'
import type { Rule } from '@/api/energy_setup'
import { draftOfRule, freeId, isWhole, ruleOf, wrongOfRule } from './rule_draft'

const RULE: Rule = { id: 'lobby', name: { zh: '大堂', en: 'Lobby' }, meters: ['a'], remainder: true, key: 'area', bearers: [{ id: 'b-1', name: { zh: '商铺', en: '商铺' }, meter: null, area: '420.5000', share: null }] }

describe('a rule of shared use', () => {
  it('is sent as it was read, where nothing was typed', () => {
    expect(ruleOf(draftOfRule(RULE, []))).toEqual({ ...RULE, bearers: [{ ...RULE.bearers[0], area: '420.5' }] })
    expect(isWhole(draftOfRule(RULE, []))).toBe(true)
  })

  it('needs a name, meters, and those who bear it', () => {
    expect(wrongOfRule(draftOfRule(null, []))).toEqual({ zh: 'money.wrong.missing', meters: 'setup.wrong.no_meters', bearers: 'setup.wrong.no_bearers', rows: [] })
  })

  it('needs of each what its key splits by', () => {
    const draft = draftOfRule(RULE, [])
    const [bearer] = draft.bearers
    if (!bearer) throw new Error('no bearer')
    bearer.basis = '0'
    expect(wrongOfRule(draft).rows).toEqual(['money.wrong.least'])
    draft.key = 'own_use'
    expect(wrongOfRule(draft).rows).toEqual(['setup.wrong.bearer_meter'])
    draft.key = 'equal'
    expect([isWhole(draft), ruleOf(draft).bearers]).toEqual([true, [{ ...RULE.bearers[0], area: null }]])
    bearer.zh = ' '
    expect(wrongOfRule(draft).rows).toEqual(['setup.wrong.bearer'])
  })

  it('has an id that no other has', () => {
    expect([freeId('share', []), freeId('share', ['share-2']), freeId('share', ['share-3', 'x'])]).toEqual(['share-1', 'share-3', 'share-4'])
  })
})
