/** An alarm rule's condition in words. */
import type { Condition, PointValue, Rule } from '@/api/types'
import { number, quantity } from '@/format/number'
import { useTimes } from '@/format/times'
import { useLanguage, type Key } from '@/i18n/language'

const SIGNS: Readonly<Record<string, string>> = { '<=': '≤', '>=': '≥', '==': '=', '!=': '≠', '*': '×' }
const WORDS: Readonly<Record<string, Key>> = { and: 'rule.and', or: 'rule.or', not: 'rule.not', local_hour: 'rule.hour' }

export function useRuleText(points: () => readonly PointValue[]) {
  const { t, named, word, language } = useLanguage()
  const { duration } = useTimes()
  const find = (id: string) => points().find((point) => point.point === id)
  const name = (id: string) => named(find(id)?.name) || id

  function amount(value: number, id: string): string {
    const point = find(id)
    return point ? quantity(value, Math.max(point.decimals, decimalsOf(value)), point.unit) : number(value, decimalsOf(value))
  }

  function states(codes: readonly string[], id: string): string {
    const known = find(id)?.states ?? []
    return codes.map((code) => named(known.find((state) => state.code === code)) || code).join(' / ')
  }

  /** `(high_level == 1 and level < 1.0)` with the names of points and states. */
  function expression(given: string): string {
    const stated = given.replace(/\b([a-z_]\w*) (==|!=) (-?[\d.]+)/g, (whole, id: string, sign: string, value: string) => {
      const state = find(id)?.states.find((each) => each.value === Number(value))
      return state ? t(sign === '==' ? 'rule.equals' : 'rule.differs', { point: `{${id}}`, state: named(state) }) : whole
    })
    return stated
      .replace(/\{(\w+)\}|\b[a-z_]\w*/g, (word, braced?: string) => (braced ? name(braced) : spoken(word)))
      .replace(/<=|>=|==|!=|\*/g, (sign) => SIGNS[sign] ?? sign)
  }

  function spoken(word: string): string {
    if (find(word)) return name(word)
    const rated = word.startsWith('rated_') ? word.slice('rated_'.length) : ''
    if (rated) return t('rule.rated', { point: find(rated) ? lower(name(rated)) : rated.replaceAll('_', ' ') })
    return WORDS[word] ? t(WORDS[word]) : word
  }

  const lower = (text: string) => (language.value === 'en' ? text.toLowerCase() : text)

  function condition(given: Condition): string {
    switch (given.kind) {
      case 'high':
      case 'low':
        return t(`rule.${given.kind}`, { point: name(given.point), limit: amount(given.limit, given.point) })
      case 'is':
        return t('rule.is', { point: name(given.point), states: states(given.states, given.point) })
      case 'bit':
        return t('rule.bit', { point: name(given.point), bit: given.bit })
      case 'rate':
        return t('rule.rate', { point: name(given.point), limit: amount(given.limit, given.point) })
      case 'deviation':
        return t('rule.deviation', { point: name(given.point), of: name(given.of), limit: amount(given.limit, given.point) })
      case 'door_time':
        return t('rule.door_time', { finding: word('door.finding', given.finding), over: duration(given.over) })
      case 'door_count':
        return t('rule.door_count', { finding: word('door.finding', given.finding), times: given.times, window: duration(given.window) })
      case 'patrol':
        return t(`rule.patrol.${given.finding}`)
      case 'stuck':
        return t('rule.stuck', { point: name(given.point), over: duration(given.over) })
      case 'no_data':
        return given.point
          ? t('rule.no_data', { point: name(given.point), over: duration(given.over) })
          : t('rule.no_data.any', { over: duration(given.over) })
      case 'count':
        return t('rule.count', { point: name(given.point), times: given.times, window: duration(given.window) })
      case 'no_effect':
        return t('rule.no_effect', { point: name(given.point), within: duration(given.within) })
      case 'expression':
        return t('rule.expression', { expression: expression(given.expression) })
      case 'occurs':
        return t('rule.occurs', { point: name(given.point) })
    }
  }

  function whole(rule: Rule): string {
    const guard = rule.while ? t('rule.while', { point: name(rule.while.point), states: states(rule.while.states, rule.while.point) }) : ''
    return [condition(rule.condition), guard].filter(Boolean).join(' ')
  }

  return { whole }
}

function decimalsOf(value: number): number {
  return Math.min(6, String(value).split('.')[1]?.length ?? 0)
}
