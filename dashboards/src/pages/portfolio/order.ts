/** Which site is looked at first, and what a file of them holds. */
import type { SiteStanding } from '@/api/types'
import type { BothLanguages, Key } from '@/i18n/language'

/** Life safety first, then what can't be seen, then what is overdue; else by name. */
export function inOrder(sites: readonly SiteStanding[]): SiteStanding[] {
  const rank = (site: SiteStanding) => [site.life_safety.unacknowledged, site.life_safety.active, site.blind.gateways_away.length, site.orders.overdue, blindShare(site)]
  return [...sites].sort((a, b) => {
    const [one, other] = [rank(a), rank(b)]
    const differs = one.findIndex((value, i) => value !== other[i])
    return differs < 0 ? a.site.localeCompare(b.site, 'en', { numeric: true }) : (other[differs] ?? 0) - (one[differs] ?? 0)
  })
}

export function blindShare(site: SiteStanding): number {
  return site.blind.all ? site.blind.points / site.blind.all : 0
}

export function exportRows(sites: readonly SiteStanding[], t: (key: Key) => string, named: (text: BothLanguages) => string): (string | number | null)[][] {
  const head = ['frame.site', 'portfolio.life', 'portfolio.blind', 'portfolio.orders', 'portfolio.overdue', 'portfolio.plans', 'portfolio.energy'] as const
  const rows = sites.map((site) => [
    named(site.name), site.life_safety.active, site.blind.points, site.orders.open, site.orders.overdue, site.plans.value, site.energy.per_m2,
  ])
  return [head.map(t), ...rows]
}
