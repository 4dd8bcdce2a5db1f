/** A line of the audit log in words: what was done, and what was written with it, whatever form that has. */
import { bothHalves } from '@/format/both_halves'
import { enAudit } from '@/i18n/en_audit'
import type { BothLanguages, Language, Parameters } from '@/i18n/language'
import { zhAudit } from '@/i18n/zh_audit'

export interface Words {
  readonly language: Language
  /** The pages' own word of a cloud's word; the word itself where there is none. */
  readonly word: (prefix: string, value: string) => string
  /** A person, an equipment or a place by its id; the id where it is none. */
  readonly nameOf: (id: string) => string
  readonly moment: (at: string) => string
}

type AuditKey = keyof typeof zhAudit
const MOST = 8
/** Whose words a field's values are. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  class: ['order.class'], trade: ['trade'], kind: ['supply.kind', 'complaint.kind', 'badge.kind', 'certificate'], roles: ['role'], state: ['rectification.state'], post: ['post'],
}
const isText = (value: unknown): value is BothLanguages => typeof value === 'object' && value !== null && 'zh' in value && 'en' in value && Object.keys(value).length === 2
const isKey = (key: string): key is AuditKey => key in zhAudit

export function say(language: Language, key: AuditKey, values: Parameters = {}): string {
  return (language === 'zh' ? zhAudit : enAudit)[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}

/** `order.dispatch` as 工单 · 派单. */
export function deed(action: string, { language, word }: Words): string {
  const [of = '', ...did] = action.split('.')
  const key = `audit.did.${did.join('.')}`
  const words = [word('audit.of', of), isKey(key) ? say(language, key) : did.join(' ').replaceAll('_', ' ')].filter(Boolean)
  return [...new Set(words)].join(' · ')
}

function field(name: string, language: Language): string {
  const key = `audit.field.${name}`
  return isKey(key) ? say(language, key) : name.replaceAll('_', ' ')
}

function valueOf(name: string, value: unknown, words: Words): string {
  if (typeof value === 'boolean') return say(words.language, value ? 'audit.say.yes' : 'audit.say.no')
  if (Array.isArray(value)) return value.every((each) => typeof each !== 'object') && value.length <= MOST ? value.map((each) => valueOf(name, each, words)).join(', ') : say(words.language, 'audit.say.count', { n: value.length })
  if (isText(value)) return value[words.language]
  if (typeof value === 'object' && value !== null) return pairs(value as Record<string, unknown>, words)
  const said = String(value)
  if (/^\d{4}-\d\d-\d\dT/.test(said)) return words.moment(said)
  const known = (VALUES[name] ?? []).map((prefix) => words.word(prefix, said)).find((each) => each !== said)
  return known ?? words.nameOf(said)
}

/** What is said of each field; what is empty, and the site that stands beside it already, is left out. */
function pairs(found: Record<string, unknown>, words: Words): string {
  return Object.entries(found)
    .filter(([name, value]) => name !== 'site' && value !== null && value !== '' && !(Array.isArray(value) && !value.length))
    .map(([name, value]) => `${name === '*' ? say(words.language, 'audit.say.all_sites') : field(name, words.language)}: ${valueOf(name === '*' ? 'roles' : name, value, words)}`)
    .join(words.language === 'zh' ? ';' : '; ')
}

function json(detail: string): Record<string, unknown> | null {
  if (!detail.startsWith('{')) return null
  try {
    return JSON.parse(detail) as Record<string, unknown>
  } catch {
    return null
  }
}

/** The word of a step: an order's, else an alarm's. */
function stepName(kind: string, { word, language }: Words): string {
  const known = word('order.step', kind)
  return known === kind && isKey(`audit.step.${kind}`) ? say(language, `audit.step.${kind}` as AuditKey) : known
}

/** Steps of an order or alarm, `dispatched wu.hao note`: its word, then what was said. */
function steps(detail: string, parting: string, words: Words): string {
  return detail.split(parting).map((each) => {
    const [kind = '', first = '', ...rest] = each.split(' ')
    const known = ['order.class', 'pause', 'orders.proof', 'orders.arrived', 'orders.opinion', 'close.confirmed', 'alarm.outcome'].map((one) => words.word(one, first)).find((one) => one !== first)
    return [stepName(kind, words), known ?? words.nameOf(first), rest.join(' ')].filter(Boolean).join(' ')
  }).join(words.language === 'zh' ? ';' : '; ')
}

const FORMS: readonly (readonly [RegExp, (found: RegExpMatchArray, words: Words) => string])[] = [
  [/^session\.open\|from (.*), wait (\d+) s$/, ([, address = '', wait = ''], { language }) => say(language, 'audit.say.log_in_refused', { address, wait })],
  [/^user\.create\|first start$/, (_, { language }) => say(language, 'audit.say.first_start')],
  [/^plan\.switch\|(True|False)$/, ([, on], { language }) => say(language, on === 'True' ? 'audit.say.on' : 'audit.say.off')],
  [/^rooms\.put\|(\d+)$/, ([, n = ''], { language }) => say(language, 'audit.say.rooms', { n })],
  [/^(?:qr_code\.make|drawing\.put)\|(\d+)$/, ([, n = ''], { language }) => say(language, 'audit.say.count', { n })],
  [/^rota\.pattern\|\S+ (\S+) \+(\d+): (\d+)$/, ([, first = '', days = '', n = ''], { language }) => say(language, 'audit.say.pattern', { first, days, n })],
  [/^(?:rota\.(?:add|remove)|duty_station\.\w+)\|([\w-]+): (.*)$/, ([, post = '', who = ''], { word, nameOf }) => `${word('post', post)}: ${nameOf(who)}`],
  [/^supply\.announce\|(\w+)$/, ([, kind = ''], { word }) => word('supply.kind', kind)],
  [/^complaint\.take\|(\w+)$/, ([, kind = ''], { word }) => word('complaint.kind', kind)],
  [/^complaint\.handled\|(\w+)$/, ([, found = ''], { word }) => word('complaint.found', found)],
]

/** What was written with it, in words; what has no form of its own stays as it was said. */
export function told(action: string, detail: string, words: Words): string {
  const found = json(detail)
  if (found) return pairs(found, words)
  for (const [form, tell] of FORMS) {
    const match = `${action}|${detail}`.match(form)
    if (match) return tell(match, words)
  }
  if (action.startsWith('order.') && !['order.report', 'order.photo'].includes(action)) return steps(detail, ' / ', words)
  if (action.startsWith('alarm.') && detail) return steps(detail, '; ', words)
  return bothHalves(words.nameOf(detail), words.language)
}
