/** The carpet's pixels: a column a day, a row a step of the day, one pixel each; what is not known stays clear, so that the hatch behind it shows, and what is not measured is marked apart. */
import type { Carpet } from '@/api/energy'

/** 256 colours, RGB one after another. */
export type Ramp = Uint8ClampedArray

export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray<ArrayBuffer>
}

const [INTERPOLATED, ESTIMATED] = [1, 2]
/** Colour of a meter that always takes the same. */
const EVEN = 128
/** Known, and not measured: it has its colour, and lines across it. */
const GUESSED: readonly number[] = [INTERPOLATED, ESTIMATED]

/** `#rrggbb` colours from the lowest to the highest, blended evenly. */
export function rampOf(colours: readonly string[]): Ramp {
  const stops = colours.map((each) => [1, 3, 5].map((at) => Number.parseInt(each.slice(at, at + 2), 16)))
  const ramp = new Uint8ClampedArray(256 * 3)
  for (let i = 0; i < 256; i++) {
    const place = (i / 255) * (stops.length - 1)
    const low = Math.min(Math.floor(place), stops.length - 2)
    for (let c = 0; c < 3; c++) ramp[i * 3 + c] = (stops[low]?.[c] ?? 0) + ((stops[low + 1]?.[c] ?? 0) - (stops[low]?.[c] ?? 0)) * (place - low)
  }
  return ramp
}

/** Cells from the 2nd to the 98th hundredth of what is known; what lies beyond has the last colour. `guessed`: where lines go across. */
export function pixelsOf(carpet: Carpet, ramp: Ramp): Pixels & { readonly guessed: Pixels | null } {
  const [width, height] = [carpet.days.length, carpet.columns]
  const data = new Uint8ClampedArray(width * height * 4)
  const lines = new Uint8ClampedArray(width * height * 4)
  let any = false
  const low = carpet.low ?? 0
  const span = (carpet.high ?? low) - low
  for (let day = 0; day < width; day++) {
    const amounts = carpet.amount[day] ?? []
    const qualities = carpet.quality[day] ?? []
    for (let step = 0; step < height; step++) {
      const value = amounts[step]
      if (value === null || value === undefined) continue
      const level = (span > 0 ? Math.max(0, Math.min(255, Math.round(((value - low) / span) * 255))) : EVEN) * 3
      const at = (step * width + day) * 4
      data[at] = ramp[level] ?? 0
      data[at + 1] = ramp[level + 1] ?? 0
      data[at + 2] = ramp[level + 2] ?? 0
      data[at + 3] = 255
      if (!GUESSED.includes(qualities[step] ?? 0)) continue
      lines[at + 3] = 255
      any = true
    }
  }
  return { width, height, data, guessed: any ? { width, height, data: lines } : null }
}

/** Time of day of a step, `08:15`. */
export function timeOf(step: number, columns: number): string {
  const minutes = Math.round((step / columns) * 1440)
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** Where a month's name stands below the days, `width` pixels of them: at its first day, whole, and clear of the next one. */
export function monthsOf(days: readonly string[], width: number, label: number): { readonly at: number; readonly month: string }[] {
  const begins = days.flatMap((day, i) => (i === 0 || day.endsWith('-01') ? [{ at: Math.round((i / days.length) * width), month: day.slice(0, 7) }] : []))
  const kept: { at: number; month: string }[] = []
  let free = width
  for (const { at, month } of begins.reverse()) {
    const place = kept.length ? at : Math.min(at, width - label)
    if (place < 0 || place + label > free) continue
    kept.unshift({ at: place, month })
    free = place
  }
  return kept
}
