/** Round steps of an axis. */

const STEPS = [1, 2, 2.5, 5, 10]

/** From 0 (or below, where something lies there) to at least the highest, in about `count` steps. */
export function ticksOf(low: number, high: number, count = 5): number[] {
  const span = Math.max(high, 0) - Math.min(low, 0)
  if (!(span > 0) || !Number.isFinite(span)) return [0, 1]
  const rough = span / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = (STEPS.find((each) => each * power >= rough) ?? 10) * power
  const [first, last] = [Math.floor(Math.min(low, 0) / step + 1e-9), Math.ceil(Math.max(high, 0) / step - 1e-9)]
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** Decimals that tell neighbouring ticks apart. */
export function placesOf(ticks: readonly number[]): number {
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0)
  return step >= 1 && Number.isInteger(step) ? 0 : Math.min(3, Math.max(1, Math.ceil(-Math.log10(step)) + (Number.isInteger(step * 10) || step < 1 ? 0 : 1)))
}
