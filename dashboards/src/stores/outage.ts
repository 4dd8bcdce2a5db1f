/** Which loss of communication an equipment suffers from: its gateway, its line, or the unit that it shares. */
import type { Alarm, Equipment } from '@/api/types'

/** The widest loss that explains why nothing of it is known. */
export function lossOf(equipment: Equipment, standing: readonly Alarm[]): Alarm | undefined {
  return (
    standing.find((alarm) => alarm.rule === 'gateway_lost' && alarm.gateway === equipment.gateway) ??
    standing.find((alarm) => alarm.rule === 'line_lost' && alarm.affects.includes(equipment.id)) ??
    standing.find((alarm) => alarm.rule === 'unit_lost' && alarm.affects.includes(equipment.id))
  )
}
