/** The rows of the overview, the most urgent to lose first; as the cloud has them (cloud/systems/rows.py). */
export interface RowKind {
  readonly id: string
  /** What stands in one row: fire and its water are one. */
  readonly systems: readonly string[]
  /** Named, quietly, also where the site has none of it. */
  readonly always: boolean
}

const row = (id: string, always = true, systems: readonly string[] = [id]): RowKind => ({ id, systems, always })

export const ROWS: readonly RowKind[] = [
  row('fire', true, ['fire', 'fire_water']), row('elevators'), row('water'), row('drainage'), row('power'), row('hvac'), row('lighting'), row('access'),
  row('metering', false), row('patrol', false), row('weather', false),
]

/** The known rows that have something to show or to say, and one for each system that nobody knew. */
export function rowsOf(systems: ReadonlySet<string>): RowKind[] {
  const known = new Set(ROWS.flatMap((each) => each.systems))
  const others = [...systems].filter((system) => !known.has(system)).sort()
  return [...ROWS.filter((each) => each.always || each.systems.some((system) => systems.has(system))), ...others.map((system) => row(system, false))]
}
