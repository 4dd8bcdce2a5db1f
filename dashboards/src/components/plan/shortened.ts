/** A name that fits: SVG text neither wraps nor ends by itself. */
const WIDE = 11
const NARROW = 6

/** `width` in units of the plan, at its 11 px letters. */
export function shortened(name: string, width: number): string {
  let used = 0
  for (const [i, letter] of [...name].entries()) {
    used += (letter.codePointAt(0) ?? 0) > 0x2e7f ? WIDE : NARROW
    if (used > width) return `${[...name].slice(0, Math.max(1, i - 1)).join('')}…`
  }
  return name
}
