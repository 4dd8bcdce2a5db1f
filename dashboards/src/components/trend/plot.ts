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

export function dataOf(chart: Chart): uPlot.AlignedData {
  const columns = chart.curves.flatMap((curve) => [curve.mean, curve.minimum, curve.maximum])
  return [chart.times, ...columns] as uPlot.AlignedData
}

export function optionsOf(chart: Chart, look: Look): uPlot.Options {
  const scales = [...new Map(chart.curves.map((curve) => [scaleOf(curve), curve])).values()]
  return {
    width: look.width,
    height: look.height,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), look.zone),
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: true, y: false } },
    scales: { x: { time: true }, ...Object.fromEntries(scales.map((curve) => [scaleOf(curve), { range: curve.names ? around(curve.names) : padded }])) },
    axes: [timeAxis(look), ...scales.slice(0, 2).map((curve, i) => valueAxis(curve, i, look))],
    series: [{}, ...chart.curves.flatMap((curve, i) => seriesOf(curve, i, look))],
    bands: chart.curves.map((_, i) => ({ series: [3 * i + 3, 3 * i + 2], fill: `${look.colour(`--chart-${i + 1}`)}2e` })),
    hooks: { drawClear: [(plot) => hatch(plot, gapsOf(chart), chart, look.colour('--hatch'))] },
  }
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

function seriesOf(curve: Curve, i: number, look: Look): uPlot.Series[] {
  const stroke = look.colour(`--chart-${i + 1}`)
  const edge: uPlot.Series = { scale: scaleOf(curve), width: 0, stroke: 'transparent', points: { show: false } }
  const line: uPlot.Series = { label: curve.label, scale: scaleOf(curve), stroke, width: 1.5, dash: DASHES[i] ?? [], points: { show: false } }
  const steps = uPlot.paths.stepped?.({ align: 1 })
  return [curve.names && steps ? { ...line, paths: steps } : line, edge, edge]
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
