/** The carpet's pixels: a column a day, a row a step of the day, one pixel each; what is not known stays clear, so that the hatch behind it shows. */
import type { Carpet } from '@/api/energy'

/** 256 colours, RGB one after another. */
export type Ramp = Uint8ClampedArray

export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray<ArrayBuffer>
}

const [INTERPOLATED, ESTIMATED, MISSING] = [1, 2, 5]
/** Colour of a meter that always takes the same. */
const EVEN = 128
/** How much of the hatch shows through what is not measured. */
const ALPHA: Readonly<Record<number, number>> = { [INTERPOLATED]: 205, [ESTIMATED]: 150 }

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

/** Cells from the 2nd to the 98th hundredth of what is known; what lies beyond has the last colour. */
export function pixelsOf(carpet: Carpet, ramp: Ramp): Pixels {
  const [width, height] = [carpet.days.length, carpet.columns]
  const data = new Uint8ClampedArray(width * height * 4)
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
      const quality = qualities[step] ?? MISSING
      data[at + 3] = ALPHA[quality] ?? 255
    }
  }
  return { width, height, data }
}

/** Time of day of a step, `08:15`. */
export function timeOf(step: number, columns: number): string {
  const minutes = Math.round((step / columns) * 1440)
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** Where a month begins on the days' axis: its place and its name. */
export function monthsOf(days: readonly string[]): { readonly at: number; readonly month: string }[] {
  return days.flatMap((day, i) => (i === 0 || day.endsWith('-01') ? [{ at: i / days.length, month: day.slice(0, 7) }] : [])).filter((each, i, all) => i === 0 || (all[i - 1]?.at ?? 0) + 0.04 < each.at)
}
