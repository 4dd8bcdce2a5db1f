/** Times as a person types them at the site (`2026-11-21T08:15`), and the moments that they mean. */

function partsOf(at: number, zone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' })
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]))
}

/** For `<input type=datetime-local>`: the site's wall clock at a moment. */
export function localInput(at: number, zone: string): string {
  const p = partsOf(at, zone)
  return `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}`
}

/** How far the site's wall clock is ahead of UTC at a moment, in ms. */
function offset(at: number, zone: string): number {
  const p = partsOf(at, zone)
  return Date.UTC(Number(p.year), Number(p.month) - 1, Number(p.day), Number(p.hour), Number(p.minute), Number(p.second)) - Math.floor(at / 1000) * 1000
}

/** The moment of a local time, in UTC as the cloud writes it; one that the clocks skip is where they go on. */
export function utcOf(local: string, zone: string): string {
  const wall = Date.parse(`${local.slice(0, 16)}:00Z`)
  const first = wall - offset(wall, zone)
  const at = wall - offset(first, zone)
  return new Date(at).toISOString()
}
