/** A rule of 公摊 as it is being written: who bears what, what is wrong with it, and what the cloud is sent. */
import type { Rule } from '@/api/energy_setup'
import { price, typed } from '@/components/energy_money/decimal'
import type { Key } from '@/i18n/language'

export const KEYS = ['area', 'own_use', 'equal', 'shares'] as const
export type RuleKey = (typeof KEYS)[number]

export interface BearerDraft {
  readonly id: string
  zh: string
  en: string
  meter: string
  /** m² or agreed share, as the key asks. */
  basis: string
}

export interface RuleDraft {
  readonly id: string
  zh: string
  en: string
  meters: string[]
  remainder: boolean
  key: RuleKey
  bearers: BearerDraft[]
}

export const takesNumber = (key: RuleKey): boolean => key === 'area' || key === 'shares'

/** An id that nobody has: `rule-1`. */
export function freeId(prefix: string, taken: readonly string[]): string {
  let n = taken.length + 1
  while (taken.includes(`${prefix}-${n}`)) n++
  return `${prefix}-${n}`
}

export function draftOfRule(rule: Rule | null, taken: readonly string[]): RuleDraft {
  if (!rule) return { id: freeId('share', taken), zh: '', en: '', meters: [], remainder: false, key: 'area', bearers: [] }
  const basis = (each: Rule['bearers'][number]) => (rule.key === 'shares' ? each.share : each.area)
  return {
    id: rule.id, zh: rule.name.zh, en: rule.name.en === rule.name.zh ? '' : rule.name.en, meters: [...rule.meters], remainder: rule.remainder ?? false, key: rule.key,
    bearers: rule.bearers.map((each) => ({ id: each.id, zh: each.name.zh, en: each.name.en === each.name.zh ? '' : each.name.en, meter: each.meter ?? '', basis: basis(each) ? price(String(basis(each))) : '' })),
  }
}

export function wrongOfRule(draft: RuleDraft): { readonly zh: Key | null; readonly meters: Key | null; readonly bearers: Key | null; readonly rows: readonly (Key | null)[] } {
  const wish = { places: 4, least: 0.0001, most: 999_999_999 }
  return {
    zh: draft.zh.trim() ? null : 'money.wrong.missing',
    meters: draft.meters.length ? null : 'setup.wrong.no_meters',
    bearers: draft.bearers.length ? null : 'setup.wrong.no_bearers',
    rows: draft.bearers.map((each) => (!each.zh.trim() ? 'setup.wrong.bearer' : takesNumber(draft.key) ? typed(each.basis, wish).error : draft.key === 'own_use' && !each.meter ? 'setup.wrong.bearer_meter' : null)),
  }
}

export const isWhole = (draft: RuleDraft): boolean => {
  const { rows, ...rest } = wrongOfRule(draft)
  return !Object.values(rest).some(Boolean) && !rows.some(Boolean)
}

export function ruleOf(draft: RuleDraft): { readonly id: string } & Record<string, unknown> {
  const named = (zh: string, en: string) => ({ zh: zh.trim(), en: en.trim() || zh.trim() })
  const basis = (each: BearerDraft, key: RuleKey) => (draft.key === key ? typed(each.basis).value : null)
  return {
    id: draft.id, name: named(draft.zh, draft.en), meters: draft.meters, remainder: draft.remainder, key: draft.key,
    bearers: draft.bearers.map((each) => ({ id: each.id, name: named(each.zh, each.en), meter: each.meter || null, area: basis(each, 'area'), share: basis(each, 'shares') })),
  }
}
