/** The window as rows: what the table shows and what a file holds, the same numbers in the same order. */
import type { Chart } from '@/components/trend/columns'
import { unit } from '@/format/number'
import type { Key } from '@/i18n/language'
import { within } from './statistics'
import type { Window } from './window'

export interface Words {
  readonly t: (key: Key) => string
  /** The full name of a point. */
  readonly label: (point: string) => string
  readonly time: (at: number) => string
  readonly zone: string
}

type Row = (string | number | null)[]

/** Of each point mean, least and most; of one whose buckets hold one value each the value alone. */
export function rowsOf(chart: Chart, window: Window, { t, label, time, zone }: Words): Row[] {
  const head = chart.curves.flatMap((curve) => {
    const name = `${label(curve.id)}${curve.names ? '' : ` ${unit(curve.unit)}`}`.trim()
    return curve.spread ? [`${name} ${t('trend.mean')}`, `${name} ${t('trend.min')}`, `${name} ${t('trend.max')}`] : [name]
  })
  const [first, after] = within(chart, window)
  const rows = chart.times.slice(first, after).map((at, k): Row => {
    const i = first + k
    const values = chart.curves.flatMap((curve) => (curve.spread ? [curve.mean[i], curve.minimum[i], curve.maximum[i]] : [curve.mean[i]]))
    return [time((at - chart.width / 2) * 1000), ...values.map((value) => value ?? null)]
  })
  return [[`${t('trend.time')} (${zone})`, ...head], ...rows]
}
