/** uPlot's options for a chart of ours: one axis a unit, a band from least to most, gaps hatched. */
import uPlot from 'uplot'
import { number, unit as shownUnit } from '@/format/number'
import { gapsOf, type Chart, type Curve } from './columns'

export interface Look {
  readonly width: number
  readonly height: number
  readonly zone: string
  /** A custom property of tokens.css. */
  readonly colour: (token: string) => string
  readonly date: (at: number, span: number) => string
}

const FONT = '11px'
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]]
const PAST = [1, 2]

/** Of each curve its line, and the two edges of its band where it has one. */
export function dataOf(chart: Chart): uPlot.AlignedData {
  const columns = chart.curves.flatMap((curve) => (curve.spread ? [curve.mean, curve.minimum, curve.maximum] : [curve.mean]))
  return [chart.times, ...columns] as uPlot.AlignedData
}

/** `now`: the chart whose gaps are hatched; another than the first where the data was changed. */
export function optionsOf(chart: Chart, look: Look, now: () => Chart = () => chart): uPlot.Options {
  const scales = [...new Map(chart.curves.map((curve) => [scaleOf(curve), curve])).values()]
  return {
    width: look.width,
    height: look.height,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), look.zone),
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: true, y: false } },
    scales: { x: { time: true }, ...Object.fromEntries(scales.map((curve) => [scaleOf(curve), { range: curve.names ? around(curve.names) : padded }])) },
    axes: [timeAxis(look), ...scales.slice(0, 2).map((curve, i) => valueAxis(curve, i, look))],
    series: [{}, ...chart.curves.flatMap((curve) => seriesOf(curve, look))],
    bands: bandsOf(chart, look),
    hooks: { drawClear: [(plot) => hatch(plot, gapsOnce(now()), now(), look.colour('--hatch'))] },
  }
}

const gaps = new WeakMap<Chart, [number, number][]>()

function gapsOnce(chart: Chart): [number, number][] {
  let found = gaps.get(chart)
  if (!found) gaps.set(chart, (found = gapsOf(chart)))
  return found
}

function bandsOf(chart: Chart, look: Look): uPlot.Band[] {
  const bands: uPlot.Band[] = []
  let line = 1
  for (const curve of chart.curves) {
    if (curve.spread && !curve.past) bands.push({ series: [line + 2, line + 1], fill: `${look.colour(`--chart-${curve.tone}`)}2e` })
    line += curve.spread ? 3 : 1
  }
  return bands
}

/** States have a scale each, measurements of one unit share theirs. */
function scaleOf(curve: Curve): string {
  return curve.names ? `states ${curve.id}` : `unit ${curve.unit}`
}

function around(names: ReadonlyMap<number, string>): [number, number] {
  return [Math.min(...names.keys()) - 0.3, Math.max(...names.keys()) + 0.3]
}

function padded(_: uPlot, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1]
  const room = (high - low || Math.abs(high) || 1) * 0.08
  return [low - (low === 0 ? 0 : room), high + room]
}

function timeAxis(look: Look): uPlot.Axis {
  return {
    font: `${FONT} sans-serif`,
    stroke: look.colour('--muted'),
    grid: { stroke: look.colour('--chart-grid'), width: 1 },
    ticks: { show: false },
    size: 30,
    values: (plot, splits) => {
      const { min = 0, max = 0 } = plot.scales.x ?? {}
      return splits.map((at) => look.date(at * 1000, (max ?? 0) - (min ?? 0)))
    },
    space: 90,
  }
}

/** Decimals that tell two neighbouring grid lines apart. */
function decimalsOf(step: number): number {
  return Math.min(6, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)))
}

function valueAxis(curve: Curve, i: number, look: Look): uPlot.Axis {
  return {
    scale: scaleOf(curve),
    side: i === 0 ? 3 : 1,
    size: 62,
    font: `${FONT} sans-serif`,
    stroke: look.colour('--muted'),
    grid: { show: i === 0, stroke: look.colour('--chart-grid'), width: 1 },
    ticks: { show: false },
    label: shownUnit(curve.unit),
    labelSize: 16,
    labelFont: `${FONT} sans-serif`,
    ...(curve.names ? { splits: [...curve.names.keys()].sort((a, b) => a - b) } : {}),
    values: (_, splits, __, ___, step) => splits.map((value) => curve.names?.get(value) ?? number(value, decimalsOf(step))),
  }
}

/** What is compared with is thin and pale, so that it is never taken for today. */
function seriesOf(curve: Curve, look: Look): uPlot.Series[] {
  const stroke = `${look.colour(`--chart-${curve.tone}`)}${curve.past ? '99' : ''}`
  const edge: uPlot.Series = { scale: scaleOf(curve), width: 0, stroke: 'transparent', points: { show: false } }
  const dash = curve.past ? PAST : (DASHES[curve.tone - 1] ?? [])
  const line: uPlot.Series = { label: curve.label, scale: scaleOf(curve), stroke, width: curve.past ? 1 : 1.5, dash, points: { show: false } }
  const steps = uPlot.paths.stepped?.({ align: 1 })
  return [curve.names && steps ? { ...line, paths: steps } : line, ...(curve.spread ? [edge, edge] : [])]
}

function hatch(plot: uPlot, gaps: readonly [number, number][], chart: Chart, colour: string): void {
  const { ctx, bbox } = plot
  for (const [from, to] of gaps) {
    const left = Math.max(bbox.left, plot.valToPos((chart.times[from] ?? 0) - chart.width / 2, 'x', true))
    const right = Math.min(bbox.left + bbox.width, plot.valToPos((chart.times[to - 1] ?? 0) + chart.width / 2, 'x', true))
    if (right <= left) continue
    ctx.save()
    ctx.beginPath()
    ctx.rect(left, bbox.top, right - left, bbox.height)
    ctx.clip()
    ctx.strokeStyle = colour
    ctx.lineWidth = devicePixelRatio
    ctx.beginPath()
    for (let x = left - bbox.height; x < right; x += 7 * devicePixelRatio) {
      ctx.moveTo(x, bbox.top + bbox.height)
      ctx.lineTo(x + bbox.height, bbox.top)
    }
    ctx.stroke()
    ctx.restore()
  }
}
