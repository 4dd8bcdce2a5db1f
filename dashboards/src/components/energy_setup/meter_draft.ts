/** A meter as it is being set up: fields as they are typed, what is wrong with them, and what the cloud is sent. */
import type { Meter } from '@/api/energy'
import type { MeterSet } from '@/api/energy_setup'
import { price, typed } from '@/components/energy_money/decimal'
import type { Key } from '@/i18n/language'
import { MEASURES } from './units'

export type Kind = Meter['kind']
export type Draft = Record<'id' | 'zh' | 'en' | 'unit' | 'medium' | 'parent' | 'area' | 'use' | 'period' | 'multiplier' | 'width' | 'highest' | 'formula', string>

const ID = /^[a-z0-9][a-z0-9_-]{0,63}$/
const WISH = { places: 6, most: 1e12, least: 0.000001, optional: true }
const number = (amount: string | null | undefined) => (amount ? price(amount) : '')

/** Empty: as the inventory says, or as is usual. */
export function draftOf(held: MeterSet | null): Draft {
  const said = held?.settings
  return {
    id: held?.meter.id ?? '', zh: said?.name?.zh ?? '', en: said?.name && said.name.en !== said.name.zh ? said.name.en : '', unit: said?.unit ?? held?.meter.shown_unit ?? 'kW.h', medium: said?.medium ?? (said?.kind === 'device' ? '' : held?.meter.medium || 'water'),
    parent: said?.parent ?? '', area: said?.area ?? '', use: said?.use ?? '', period: said?.reading_period ? String(said.reading_period) : '',
    multiplier: number(said?.multiplier), width: number(said?.width), highest: number(said?.highest), formula: said?.formula ?? '',
  }
}

/** `taken`: the ids that are there already, of a new meter. */
export function wrongOf(draft: Draft, kind: Kind, taken: ReadonlySet<string> | null): Record<'id' | 'zh' | 'multiplier' | 'width' | 'highest', Key | null> {
  const counts = kind !== 'virtual'
  return {
    id: !taken ? null : !draft.id ? 'money.wrong.missing' : !ID.test(draft.id) ? 'setup.wrong.id' : taken.has(draft.id) ? 'setup.wrong.taken' : null,
    zh: kind !== 'device' && !draft.zh.trim() ? 'money.wrong.missing' : kind === 'device' && draft.en.trim() && !draft.zh.trim() ? 'money.wrong.missing' : null,
    multiplier: counts ? typed(draft.multiplier, WISH).error : null,
    width: counts ? typed(draft.width, WISH).error : null,
    highest: counts ? typed(draft.highest, WISH).error : null,
  }
}

/** One name stands for both languages where only one is given. */
export function settingsOf(draft: Draft, kind: Kind): Record<string, unknown> {
  const [zh, en] = [draft.zh.trim(), draft.en.trim()]
  const counts = kind !== 'virtual'
  const amount = (text: string) => (counts ? typed(text, WISH).value : null)
  return {
    kind, name: zh ? { zh, en: en || zh } : null, unit: kind === 'device' ? null : draft.unit, medium: MEASURES[draft.unit] === 'm3' ? draft.medium || null : null,
    formula: counts ? null : draft.formula.trim(), use: draft.use || null, area: draft.area || null, parent: counts ? draft.parent || null : null,
    reading_period: counts && draft.period ? Number(draft.period) : null, width: amount(draft.width), multiplier: amount(draft.multiplier), highest: amount(draft.highest),
  }
}
