/** How the canned gateway is: three lines, one device that does not answer, a lane that waits a little. */
import type { GatewayHealth, PointValue } from '../src/api/types'
import type { Building } from './building.ts'

const MINUTE = 60_000
const KB = 1024

function qualities(points: readonly PointValue[]): GatewayHealth['qualities'] {
  const count = (quality: string) => points.filter((point) => point.quality === quality).length
  return { good: count('good'), uncertain: count('uncertain'), bad: count('bad') }
}

function line(building: Building, name: string): GatewayHealth['lines'][number] {
  const now = Date.parse(building.at)
  const own = building.equipment.filter((each) => each.connection === name)
  const devices = own.map((each) => {
    const points = building.points.filter((point) => point.equipment === each.id && point.kind !== 'event')
    const lost = points.find((point) => point.quality === 'bad')
    const newest = points.map((point) => point.at ?? '').sort().at(-1)
    return { equipment: each.id, name: each.name, unit: String(each.unit), model: each.model, qualities: qualities(points), reason: lost?.reason ?? 'none', lost_since: lost?.at ?? null, heard: newest || null }
  })
  const units = [...new Set(own.map((each) => String(each.unit)))].map((unit, i) => {
    const silent = devices.some((device) => device.unit === unit && device.qualities.good === 0)
    return { unit, polls: 86_400 - 40 * i, missed: name === 'plant-room' ? 12 * i : 0, silent, lost_since: silent ? new Date(now - 40 * MINUTE).toISOString() : null, why: silent ? 'timeout' : '' }
  })
  const points = building.points.filter((point) => own.some((each) => each.id === point.equipment)).length
  return { line: name, protocol: own[0]?.protocol ?? 'modbus', state: 'up', why: '', lost_since: null, points, units, devices }
}

export function gatewayHealth(building: Building): GatewayHealth[] {
  const now = Date.parse(building.at)
  const lane = (name: string, records: number, bytes: number) => ({ lane: name, records, bytes, quota: 64 * KB * KB, oldest: records ? (now - 3000) * 1e6 : null, dropped: 0 })
  return building.gateways.map((gateway) => ({
    gateway, away_since: null, heard_at: building.at, started_at: new Date(now - 26 * 60 * MINUTE).toISOString(), clock: 'trusted', samples: 4_182_331, qualities: qualities(building.points.filter((point) => point.kind !== 'event')),
    refused: { out_of_range: 3 }, settings: 4, settings_wrong: '', lanes: [lane('life', 0, 0), lane('event', 0, 0), lane('telemetry', 14, 52 * KB), lane('dead', 0, 0)], ends: { cloud: '', historian: '' }, delay: 1.4,
    troubles: [{ zh: '线路 security 的 1 个站号无应答', en: '1 unit of the line security does not answer', serious: false }], lines: [...new Set(building.equipment.map((each) => each.connection))].map((name) => line(building, name)),
  }))
}
