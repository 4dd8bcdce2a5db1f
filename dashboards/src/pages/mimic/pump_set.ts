/** Which pumps stand as one set, and what each of them does in it. */
import type { Equipment, PointValue } from '@/api/types'
import type { Live } from '@/stores/values'

export type Duty = 'duty' | 'assisting' | 'standby' | 'manual' | 'off' | 'fault' | 'unknown'

export interface PumpPoints {
  readonly running: PointValue | undefined
  readonly fault: PointValue | undefined
  readonly mode: PointValue | undefined
}

/** Same type, same room, the same zones: what one takes over from the other. */
export function pumpSet(one: Equipment, all: readonly Equipment[]): Equipment[] {
  const zones = [...one.serves].sort().join(' ')
  return all
    .filter((each) => each.type === one.type && each.place === one.place && [...each.serves].sort().join(' ') === zones)
    .sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
}

/** A pump, whatever its type is called: it runs, and has pressure behind it. */
export function isPump(points: readonly PointValue[]): boolean {
  const has = (id: string) => points.some((point) => point.point === id && !point.instance)
  return has('running') && has('discharge_pressure')
}

/** An elevator: a car on a floor with a door. */
export function isElevator(points: readonly PointValue[]): boolean {
  const has = (id: string) => points.some((point) => point.point === id && !point.instance)
  return has('floor') && has('door')
}

function code(point: PointValue | undefined, live: Live | undefined): string | null {
  if (!point || !live || live.quality === 'bad' || live.value === null) return null
  return point.states.find((state) => state.value === live.value)?.code ?? null
}

/** `others`: whether another pump of the set runs already: the second is assisting. */
export function dutyOf(points: PumpPoints, read: (point: PointValue) => Live, others: boolean): Duty {
  const state = (point: PointValue | undefined) => code(point, point && read(point))
  if (state(points.fault) === 'fault') return 'fault'
  const running = state(points.running)
  if (running === null) return 'unknown'
  if (running === 'running') return others ? 'assisting' : 'duty'
  const mode = state(points.mode)
  return mode === 'manual' ? 'manual' : mode === 'off' ? 'off' : 'standby'
}
