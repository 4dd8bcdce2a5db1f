/** Dates that run out at a site: inspections, warranties, certificates; the nearest first. */
import type { Asset, PersonOfDuty } from '@/api/desk'
import type { BothLanguages } from '@/i18n/language'

export interface RunningOut {
  readonly kind: 'inspection' | 'warranty' | 'certificate'
  readonly on: string
  readonly who: string
  readonly what: BothLanguages | null
  readonly equipment: string | null
  /** Whole days from today; below 0: it has run out. */
  readonly days: number
}

const DAY = 86_400_000

/** Those within `ahead` days, and all that have run out within `ahead` days. */
export function runningOut(assets: readonly Asset[], people: readonly PersonOfDuty[], today: string, ahead: number): RunningOut[] {
  const days = (on: string) => Math.round((Date.parse(on) - Date.parse(today)) / DAY)
  const ofAsset = (asset: Asset, kind: 'inspection' | 'warranty', on: string | null): RunningOut[] => (on ? [{ kind, on, who: asset.equipment, what: null, equipment: asset.equipment, days: days(on) }] : [])
  const found = [
    ...assets.flatMap((asset) => [...ofAsset(asset, 'inspection', asset.next_inspection_on), ...ofAsset(asset, 'warranty', asset.warranty_until)]),
    ...people.flatMap((person) => person.certificates.flatMap((each): RunningOut[] => (each.expires_on ? [{ kind: 'certificate', on: each.expires_on, who: person.person, what: each.name, equipment: null, days: days(each.expires_on) }] : []))),
  ]
  return found.filter((each) => Math.abs(each.days) <= ahead).sort((a, b) => a.days - b.days)
}
