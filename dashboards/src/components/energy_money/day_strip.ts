/** The bands of a day by a shape's rules: a later rule paints over the ones before it, what is left is flat. */
import type { Band, ShapeRule } from '@/api/energy_money'

export interface Stretch {
  readonly band: Band
  /** Minutes of the local day. */
  readonly from: number
  readonly to: number
}

const DAY = 1440
const minute = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** Windows over midnight are within the same date, as the cloud reckons them. */
export function stripOf(rules: readonly ShapeRule[], holds: (rule: ShapeRule) => boolean): Stretch[] {
  const bands: Band[] = Array<Band>(DAY).fill('flat')
  for (const rule of rules.filter((each) => each.windows.length && holds(each))) {
    for (const { begin, end, band } of rule.windows) {
      const [a, b] = [minute(begin), minute(end)]
      if (a < b) bands.fill(band, a, b)
      else {
        bands.fill(band, a, DAY)
        bands.fill(band, 0, b)
      }
    }
  }
  const found: { band: Band; from: number; to: number }[] = []
  bands.forEach((band, at) => {
    const last = found.at(-1)
    if (last?.band === band) last.to = at + 1
    else found.push({ band, from: at, to: at + 1 })
  })
  return found
}

/** Whether a rule speaks of working days of a month without a holiday. */
export const onWorkday = (rule: ShapeRule, month: number) => (!rule.months.length || rule.months.includes(month)) && (!rule.days.length || rule.days.includes('workday')) && !rule.holidays.length

/** Months whose working days look the same, in one line each. */
export function monthGroups(rules: readonly ShapeRule[]): { readonly months: readonly number[]; readonly strip: readonly Stretch[] }[] {
  const groups = new Map<string, { months: number[]; strip: Stretch[] }>()
  for (let month = 1; month <= 12; month++) {
    const strip = stripOf(rules, (rule) => onWorkday(rule, month))
    const key = JSON.stringify(strip)
    const group = groups.get(key)
    if (group) group.months.push(month)
    else groups.set(key, { months: [month], strip })
  }
  return [...groups.values()]
}

export const clockOf = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** `2–6, 9–11` of 2 3 4 5 6 9 10 11. */
export function rangesOf(months: readonly number[]): string {
  const found: [number, number][] = []
  for (const month of [...months].sort((a, b) => a - b)) {
    const last = found.at(-1)
    if (last && month === last[1] + 1) last[1] = month
    else found.push([month, month])
  }
  return found.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ')
}
