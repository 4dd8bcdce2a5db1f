import { expect, it } from 'vitest'
import type { Asset, PersonOfDuty } from '@/api/desk'
import { runningOut } from './dates'

it('has what has run out first, and leaves what is far', () => {
  const assets = [{ equipment: 'lift-1', next_inspection_on: '2026-12-01', warranty_until: '2030-01-01' }, { equipment: 'pump-1', next_inspection_on: null, warranty_until: '2026-11-23' }] as unknown as Asset[]
  const people = [{ person: 'wu', certificates: [{ expires_on: '2026-11-20', name: { zh: '电工证', en: 'Electrician' } }, { expires_on: null }] }] as unknown as PersonOfDuty[]
  expect(runningOut(assets, people, '2026-11-22', 60).map((each) => [each.kind, each.who, each.days])).toEqual([['certificate', 'wu', -2], ['warranty', 'pump-1', 1], ['inspection', 'lift-1', 9]])
})
