/** What stands on a floor of the plan: alarms, the most urgent first, and equipment of which nothing is wrong. */
import type { Alarm, Equipment } from '@/api/types'
import { isStanding, isUnacknowledged, lifeKind, mostUrgentFirst } from '@/stores/alarm_order'

export interface Standing {
  readonly alarms: readonly Alarm[]
  /** Equipment without an alarm, seen and not seen. */
  readonly well: readonly Equipment[]
  readonly blind: readonly Equipment[]
}

/** Floor → what stands there. An alarm is drawn where it burns, which need not be where its panel hangs:
 *  what a panel says as a whole is drawn only while none of its detectors, nor a zone, says where. */
export function marksOf(at: ReadonlyMap<string, string>, alarms: readonly Alarm[], equipment: readonly Equipment[], blind: ReadonlySet<string>): Map<string, Standing> {
  const standing = alarms.filter((alarm) => alarm.place && (isStanding(alarm) || isUnacknowledged(alarm)))
  const located = standing.some((alarm) => lifeKind(alarm) === 'fire' && alarm.instance)
  const drawn = standing.filter((alarm) => !located || lifeKind(alarm) !== 'fire' || alarm.instance)
  const byFloor = Map.groupBy(drawn, (alarm) => at.get(alarm.place ?? '') ?? '')
  const troubled = new Set(standing.map((alarm) => alarm.equipment))
  const quiet = Map.groupBy(equipment.filter((each) => each.place && !troubled.has(each.id)), (each) => at.get(each.place ?? '') ?? '')
  return new Map(
    [...new Set([...byFloor.keys(), ...quiet.keys()])].map((floor) => {
      const own = quiet.get(floor) ?? []
      return [floor, { alarms: (byFloor.get(floor) ?? []).toSorted(mostUrgentFirst), well: own.filter((each) => !blind.has(each.id)), blind: own.filter((each) => blind.has(each.id)) }]
    }),
  )
}
