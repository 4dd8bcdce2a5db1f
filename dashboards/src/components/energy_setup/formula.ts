/** The formula of a virtual meter as it is being typed: what it names, and what is wrong with it, before the cloud is asked. */
import type { Key, Parameters } from '@/i18n/language'

const SIGN = /^\s*(?:\[([a-z0-9][a-z0-9_-]{0,63})\]|(\d+(?:\.\d+)?)|([-+*/()]))/

export interface Named {
  readonly id: string
  readonly unit: string
  readonly formula: string | null
}

export interface Read {
  readonly meters: readonly string[]
  readonly error: { readonly key: Key; readonly with?: Parameters } | null
}

interface Sign {
  readonly kind: 'meter' | 'number' | 'sign'
  readonly word: string
}

const wrong = (key: Key, said?: Parameters): Read => ({ meters: [], error: said ? { key, with: said } : { key } })

/** `mine`: the meter whose formula it is, with its unit; `known`: all meters of the site. */
export function readFormula(text: string, mine: { readonly id: string; readonly unit: string }, known: ReadonlyMap<string, Named>): Read {
  if (!text.trim()) return wrong('money.wrong.missing')
  const signs: Sign[] = []
  for (let at = 0; text.slice(at).trim();) {
    const found = SIGN.exec(text.slice(at))
    if (!found) return wrong('setup.formula.sign', { at: at + 1, what: text.slice(at).trim().slice(0, 12) })
    at += found[0].length
    signs.push(found[1] !== undefined ? { kind: 'meter', word: found[1] } : found[2] !== undefined ? { kind: 'number', word: found[2] } : { kind: 'sign', word: found[3] ?? '' })
  }
  const order = orderOf(signs)
  if (order) return wrong(order)
  const meters = [...new Set(signs.flatMap((each) => (each.kind === 'meter' ? [each.word] : [])))]
  if (!meters.length) return wrong('setup.formula.no_meter')
  for (const id of meters) {
    const meter = known.get(id)
    if (id === mine.id || (meter && needs(id, mine.id, known))) return wrong('setup.formula.circle', { meter: id })
    if (!meter) return wrong('setup.formula.unknown', { meter: id })
    if (mine.unit && meter.unit !== mine.unit) return wrong('setup.formula.unit', { meter: id })
  }
  return { meters, error: null }
}

/** Values and operators by turns, brackets in pairs; what multiplies two meters only the cloud tells. */
function orderOf(signs: readonly Sign[]): Key | null {
  let depth = 0
  let wantsValue = true
  for (const { kind, word } of signs) {
    if (kind !== 'sign' || word === '(') {
      if (!wantsValue) return 'setup.formula.operator'
      if (word === '(' && kind === 'sign') depth++
      else wantsValue = false
    } else if (word === ')') {
      if (wantsValue || --depth < 0) return 'setup.formula.bracket'
    } else if (wantsValue) {
      if (word !== '-') return 'setup.formula.value'
    } else wantsValue = true
  }
  if (depth) return 'setup.formula.bracket'
  return wantsValue ? 'setup.formula.value' : null
}

/** Whether a virtual meter is reckoned from another one, directly or through others. */
function needs(id: string, wanted: string, known: ReadonlyMap<string, Named>, seen = new Set<string>()): boolean {
  if (seen.has(id)) return false
  seen.add(id)
  const parts = [...(known.get(id)?.formula ?? '').matchAll(/\[([a-z0-9_-]+)\]/g)].map(([, part = '']) => part)
  return parts.includes(wanted) || parts.some((part) => needs(part, wanted, known, seen))
}
