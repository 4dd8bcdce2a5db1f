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
  /** How many days have come whole, and the share of the next one that has: nothing is missing in what lies ahead. */
  readonly come: { readonly days: number; readonly share: number }
  readonly token: (name: string) => string
}

export function paint(target: HTMLCanvasElement, carpet: Carpet, { width, height, come, token }: Wanted): void {
  const context = target.getContext('2d')
  if (!context) return
  const ratio = devicePixelRatio || 1
  target.width = Math.round(width * ratio)
  target.height = Math.round(height * ratio)
  const column = target.width / Math.max(carpet.days.length, 1)
  context.save()
  context.beginPath()
  context.rect(0, 0, column * come.days, target.height)
  context.rect(column * come.days, 0, column, target.height * come.share)
  context.clip()
  hatch(context, column * (come.days + 1), target.height, ratio, token('--hatch'))
  context.restore()
  const cells = pixelsOf(carpet, rampOf(['--carpet-low', '--chart-2', '--chart-1'].map(token)))
  context.imageSmoothingEnabled = false
  context.drawImage(small(cells), 0, 0, target.width, target.height)
  if (cells.guessed) context.drawImage(across(cells.guessed, target.width, target.height, ratio, token('--surface')), 0, 0)
}

function hatch(context: CanvasRenderingContext2D, w: number, h: number, ratio: number, colour: string): void {
  context.strokeStyle = colour
  context.lineWidth = ratio
  context.beginPath()
  for (let x = -h; x < w; x += HATCH * ratio) {
    context.moveTo(x, h)
    context.lineTo(x + h, 0)
  }
  context.stroke()
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
