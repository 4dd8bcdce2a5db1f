/** What is wrong with a gateway or a line, and its words. */
import type { GatewayHealth } from '@/api/types'

export type Line = GatewayHealth['lines'][number]

/** Share (0 … 1) of the periods in which a line's units were not asked in time, since the gateway's start. */
export function missedShare(line: Line): number | null {
  const polls = line.units.reduce((sum, unit) => sum + unit.polls, 0)
  const missed = line.units.reduce((sum, unit) => sum + unit.missed, 0)
  return polls + missed > 0 ? missed / (polls + missed) : null
}

export function silentUnits(line: Line): number {
  return line.units.filter((unit) => unit.silent || unit.lost_since).length
}

/** What is wrong first: lines that are lost, then silent units, then missed periods, then by name. */
export function worstFirst(lines: readonly Line[]): Line[] {
  const rank = (line: Line) => (line.state === 'lost' ? 2e6 : 0) + silentUnits(line) * 1000 + (missedShare(line) ?? 0)
  return [...lines].sort((a, b) => rank(b) - rank(a) || a.line.localeCompare(b.line, 'en', { numeric: true }))
}
