import { expect, it } from 'vitest'
import type { SiteStanding } from '@/api/types'
import { exportRows, inOrder } from './order'

function site(id: string, more: { active?: number; unacknowledged?: number; away?: number; overdue?: number; blind?: number } = {}): SiteStanding {
  const { active = 0, unacknowledged = 0, away = 0, overdue = 0, blind = 0 } = more
  return {
    site: id, name: { zh: id, en: id }, life_safety: { active, unacknowledged, worst: null }, blind: { points: blind, all: 100, gateways_away: Array(away).fill('g') },
    orders: { open: 3, overdue }, plans: { value: null }, energy: { per_m2: 1.5 },
  } as unknown as SiteStanding
}

it('puts people in danger before what is blind, and that before what is late', () => {
  const all = [site('b'), site('a'), site('late', { overdue: 9 }), site('blind', { away: 1 }), site('answered', { active: 2 }), site('fire', { active: 1, unacknowledged: 1 })]
  expect(inOrder(all).map((each) => each.site)).toEqual(['fire', 'answered', 'blind', 'late', 'a', 'b'])
})

it('says the same in a file', () => {
  expect(exportRows([site('a', { active: 1, overdue: 2, blind: 4 })], (key) => key, (text) => text.en)[1]).toEqual(['a', 1, 4, 3, 2, null, 1.5])
})
