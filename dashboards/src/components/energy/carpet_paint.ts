/** The carpet on its canvas: a hatch where nothing is known, a colour a cell, and lines across what is not measured. */
import type { Carpet } from '@/api/energy'
import { pixelsOf, rampOf, type Pixels } from './carpet_draw'

/** Pixels from one line to the next: of the hatch, and across what is not measured. */
const HATCH = 6
const LINES = 4

export interface Wanted {
  /** In CSS pixels. */
  readonly width: number
  readonly height: number
  /** The share of the days that have come: nothing is missing in those ahead. */
  readonly past: number
  readonly token: (name: string) => string
}

export function paint(target: HTMLCanvasElement, carpet: Carpet, { width, height, past, token }: Wanted): void {
  const context = target.getContext('2d')
  if (!context) return
  const ratio = devicePixelRatio || 1
  target.width = Math.round(width * ratio)
  target.height = Math.round(height * ratio)
  hatch(context, target.width * past, target.height, ratio, token('--hatch'))
  const cells = pixelsOf(carpet, rampOf(['--carpet-low', '--chart-2', '--chart-1'].map(token)))
  context.imageSmoothingEnabled = false
  context.drawImage(small(cells), 0, 0, target.width, target.height)
  if (cells.guessed) context.drawImage(across(cells.guessed, target.width, target.height, ratio, token('--surface')), 0, 0)
}

function hatch(context: CanvasRenderingContext2D, w: number, h: number, ratio: number, colour: string): void {
  context.save()
  context.beginPath()
  context.rect(0, 0, w, h)
  context.clip()
  context.strokeStyle = colour
  context.lineWidth = ratio
  context.beginPath()
  for (let x = -h; x < w; x += HATCH * ratio) {
    context.moveTo(x, h)
    context.lineTo(x + h, 0)
  }
  context.stroke()
  context.restore()
}

/** One pixel a cell. */
function small({ width, height, data }: Pixels): HTMLCanvasElement {
  const made = blank(width, height)
  made.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0)
  return made
}

/** Lines in the colour of the ground, there alone where an amount is not measured. */
function across(cells: Pixels, w: number, h: number, ratio: number, colour: string): HTMLCanvasElement {
  const made = blank(w, h)
  const context = made.getContext('2d')
  if (!context) return made
  context.imageSmoothingEnabled = false
  context.drawImage(small(cells), 0, 0, w, h)
  context.globalCompositeOperation = 'source-in'
  context.fillStyle = colour
  context.fillRect(0, 0, w, h)
  context.globalCompositeOperation = 'destination-out'
  for (let y = 0; y < h; y += LINES * ratio) context.fillRect(0, y, w, (LINES - 1.5) * ratio)
  return made
}

function blank(width: number, height: number): HTMLCanvasElement {
  return Object.assign(document.createElement('canvas'), { width, height })
}
