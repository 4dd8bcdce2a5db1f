/** One panel of the desk in uPlot: its window is given from outside; drag pans, the wheel zooms, Shift and drag chooses. */
import uPlot from 'uplot'
import type { Chart } from '@/components/trend/columns'
import { dataOf, optionsOf, type Look } from '@/components/trend/plot'
import type { Window } from './window'

/** A moment worth a line through the panel. */
export interface Tick {
  readonly at: number
  readonly colour: string
}

export interface Wishes {
  /** Another window, by hand. */
  window(window: Window): void
  /** The bucket under the pointer; null: none. */
  point(index: number | null): void
  /** Where the plot's area lies in its box, CSS px. */
  area(left: number, width: number): void
}

export interface DeskPlot {
  show(chart: Chart, window: Window, ticks: readonly Tick[]): void
  size(width: number): void
  end(): void
}

/** All panels of a desk move their cursors together. */
const SYNC = 'desk'
const WHEEL = 1.2

export function deskPlot(box: HTMLElement, first: Chart, look: Look, wishes: Wishes): DeskPlot {
  let chart = first
  let ticks: readonly Tick[] = []
  const base = optionsOf(first, look, () => chart)
  const options: uPlot.Options = {
    ...base,
    padding: [8, 28, 0, 0],
    cursor: { points: { size: 6 }, drag: { x: true, y: false, setScale: false }, bind: { mousedown: withShift, dblclick: () => null }, sync: { key: SYNC, setSeries: false } },
    scales: { ...base.scales, x: { time: true, auto: false, range: (_, low, high) => [low, high] } },
    hooks: {
      ...base.hooks,
      draw: [(plot) => drawTicks(plot, ticks)],
      setCursor: [(plot) => wishes.point(plot.cursor.idx ?? null)],
      setSelect: [(plot) => chosen(plot, wishes)],
      setSize: [(plot) => tellArea(plot, wishes)],
    },
  }
  const plot = new uPlot(options, dataOf(first), box)
  tellArea(plot, wishes)
  const undo = [pan(plot, wishes), wheel(plot, wishes)]
  return {
    show(next, window, lines) {
      ticks = lines
      plot.batch(() => {
        if (next !== chart) plot.setData(dataOf((chart = next)), false)
        plot.setScale('x', { min: window.from / 1000, max: window.to / 1000 })
      })
    },
    size: (width) => plot.setSize({ width, height: look.height }),
    end() {
      for (const each of undo) each()
      plot.destroy()
    },
  }
}

/** uPlot's own drag only with Shift; without it a drag pans. */
function withShift(_: uPlot, __: HTMLElement, handler: (event: MouseEvent) => null): (event: MouseEvent) => null {
  return (event) => (event.shiftKey ? handler(event) : null)
}

function chosen(plot: uPlot, wishes: Wishes): void {
  const { left, width } = plot.select
  if (width < 4) return
  wishes.window({ from: plot.posToVal(left, 'x') * 1000, to: plot.posToVal(left + width, 'x') * 1000 })
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
}

function tellArea(plot: uPlot, wishes: Wishes): void {
  wishes.area(plot.bbox.left / devicePixelRatio, plot.bbox.width / devicePixelRatio)
}

function windowOf(plot: uPlot): Window {
  return { from: (plot.scales.x?.min ?? 0) * 1000, to: (plot.scales.x?.max ?? 0) * 1000 }
}

function pan(plot: uPlot, wishes: Wishes): () => void {
  let held: { readonly x: number; readonly window: Window } | null = null
  const down = (event: PointerEvent) => {
    if (event.button !== 0 || event.shiftKey) return
    held = { x: event.clientX, window: windowOf(plot) }
    plot.over.setPointerCapture(event.pointerId)
  }
  const move = (event: PointerEvent) => {
    if (!held) return
    const by = ((held.x - event.clientX) / plot.over.clientWidth) * (held.window.to - held.window.from)
    wishes.window({ from: held.window.from + by, to: held.window.to + by })
  }
  const up = () => (held = null)
  const over = plot.over
  over.addEventListener('pointerdown', down)
  over.addEventListener('pointermove', move)
  over.addEventListener('pointerup', up)
  over.addEventListener('pointercancel', up)
  return () => {
    over.removeEventListener('pointerdown', down)
    over.removeEventListener('pointermove', move)
    over.removeEventListener('pointerup', up)
    over.removeEventListener('pointercancel', up)
  }
}

/** Up and down zooms about the pointer; sideways (or with Shift) pans. With Ctrl the browser keeps its own zoom. */
function wheel(plot: uPlot, wishes: Wishes): () => void {
  const turn = (event: WheelEvent) => {
    if (event.ctrlKey) return
    event.preventDefault()
    const { from, to } = windowOf(plot)
    const sideways = event.deltaX || (event.shiftKey ? event.deltaY : 0)
    if (sideways) {
      const by = (sideways / plot.over.clientWidth) * (to - from)
      return wishes.window({ from: from + by, to: to + by })
    }
    const at = plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x') * 1000
    const factor = event.deltaY < 0 ? 1 / WHEEL : WHEEL
    wishes.window({ from: at - (at - from) * factor, to: at + (to - at) * factor })
  }
  plot.over.addEventListener('wheel', turn, { passive: false })
  return () => plot.over.removeEventListener('wheel', turn)
}

function drawTicks(plot: uPlot, ticks: readonly Tick[]): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([])
  for (const { at, colour } of ticks) {
    const x = Math.round(plot.valToPos(at / 1000, 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.strokeStyle = colour
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
  }
  ctx.restore()
}
