/** Curves into panels: measurements of one unit together, states on a strip each, what is compared with beside its own. */
import { TONES, type Chart, type Column, type Curve } from '@/components/trend/columns'

/** One panel: curves over the same times. */
export interface Panel {
  readonly id: string
  readonly chart: Chart
  /** States take a low strip. */
  readonly states: boolean
}

export function panelsOf(chart: Chart, compared: Chart | null, back: number): Panel[] {
  const groups = new Map<string, Curve[]>()
  for (const curve of chart.curves) {
    const unit = curve.names ? `states ${curve.id}` : curve.unit
    let part = 0
    while ((groups.get(`${unit} ${part}`)?.length ?? 0) >= TONES) part++
    const key = `${unit} ${part}`
    groups.set(key, [...(groups.get(key) ?? []), curve])
  }
  return [...groups].map(([id, own]) => {
    const curves = own.map((curve, i) => ({ ...curve, tone: i + 1 }))
    const past = curves.flatMap((curve) => pastOf(curve, chart, compared, back))
    return { id, chart: { ...chart, curves: [...curves, ...past] }, states: own[0]?.names !== null }
  })
}

function pastOf(curve: Curve, chart: Chart, compared: Chart | null, back: number): Curve[] {
  const other = compared?.curves.find((each) => each.id === curve.id)
  if (!compared || !other) return []
  const places = placesOf(chart, compared, back)
  const taken = (column: Column) => places.map((i) => (i < 0 ? null : (column[i] ?? null)))
  const mean = taken(other.mean)
  const edges = { minimum: mean, maximum: mean, spread: false }
  return [{ ...curve, mean, ...edges, known: places.map((i) => other.known[i] ?? 0), past: true }]
}

/** For each bucket the one of the other chart in which its moment, so long before, lies; -1 where there is none. */
function placesOf(chart: Chart, other: Chart, back: number): number[] {
  const first = (other.times[0] ?? 0) - other.width / 2
  return chart.times.map((at) => {
    const place = Math.floor((at - back / 1000 - first) / other.width)
    return place >= 0 && place < other.times.length ? place : -1
  })
}
