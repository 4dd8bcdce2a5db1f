/** Meters in their tree: rows with their depth, and who may stand above whom. */
import type { Meter } from '@/api/energy'

export interface Row {
  readonly meter: Meter
  readonly depth: number
}

/** Parents before their children, as the cloud sends them; virtual meters stand beside the tree, at its end. */
export function treeRows(meters: readonly Meter[]): Row[] {
  const byId = new Map(meters.map((meter) => [meter.id, meter]))
  const rows = meters.map((meter) => ({ meter, depth: aboveOf(meter, byId).length }))
  return [...rows.filter(({ meter }) => meter.kind !== 'virtual'), ...rows.filter(({ meter }) => meter.kind === 'virtual')]
}

function aboveOf(meter: Meter, byId: ReadonlyMap<string, Meter>): string[] {
  const found: string[] = []
  for (let at = meter.parent; at && byId.has(at) && !found.includes(at) && at !== meter.id; at = byId.get(at)?.parent ?? null) found.push(at)
  return found
}

/** Meters that may stand above one: they count the same, are no virtual ones, and do not lie below it. */
export function mayBeParent(meters: readonly Meter[], id: string, unit: string): Row[] {
  const byId = new Map(meters.map((meter) => [meter.id, meter]))
  return treeRows(meters).filter(({ meter }) => meter.kind !== 'virtual' && meter.id !== id && meter.unit === unit && !aboveOf(meter, byId).includes(id))
}

/** Rows that a person looks for by name or number, with all that lie above them. */
export function found(rows: readonly Row[], words: string, nameOf: (meter: Meter) => string): Row[] {
  const wanted = words.trim().toLowerCase()
  if (!wanted) return [...rows]
  const byId = new Map(rows.map(({ meter }) => [meter.id, meter]))
  const hit = rows.filter(({ meter }) => `${nameOf(meter)} ${meter.id}`.toLowerCase().includes(wanted))
  const kept = new Set(hit.flatMap(({ meter }) => [meter.id, ...aboveOf(meter, byId)]))
  return rows.filter(({ meter }) => kept.has(meter.id))
}
