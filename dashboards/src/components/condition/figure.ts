/** A figure of a machine's condition: how it reads, and which of many is looked at first. */
import type { Figure, MachineCondition } from '@/api/types'

const RANK: Readonly<Record<Figure['verdict'], number>> = { attention: 0, unknown: 1, good: 2, told: 3 }

export function figuresInOrder(figures: readonly Figure[]): Figure[] {
  return [...figures].sort((a, b) => RANK[a.verdict] - RANK[b.verdict])
}

/** Machines with findings first, then by name. */
export function machinesInOrder(machines: readonly MachineCondition[]): MachineCondition[] {
  const findings = (machine: MachineCondition) => machine.figures.filter((figure) => figure.verdict === 'attention').length
  return [...machines].sort((a, b) => findings(b) - findings(a) || `${a.equipment} ${a.part}`.localeCompare(`${b.equipment} ${b.part}`, 'en', { numeric: true }))
}

/** Where the value stands between nothing and its limit, 0 … 1; null where there is no limit. */
export function shareOf(figure: Figure): number | null {
  if (figure.limit === null || figure.value === null || figure.limit === 0) return null
  return Math.min(1, Math.max(0, figure.value / (figure.limit * 1.5)))
}
