/** What the control room looks at besides alarms: who is on duty, rounds, doors, and the load of the day. */
import type { Access, AlarmLoad, DutyPost, Round, Statistics } from '../src/api/types'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const iso = (at: number) => new Date(at).toISOString()
const SAME = { site: 'riverside', gateway: 'riverside-1' } as const

export function posts(): DutyPost[] {
  return [
    { site: 'riverside', id: 'control_room', name: { zh: '消防控制室', en: 'Fire control room' }, phone: '8119', on_duty: ['zhang.wei', 'wu.hao'] },
    { site: 'riverside', id: 'engineering', name: { zh: '工程值班', en: 'Engineering' }, phone: '8110', on_duty: ['li.na'] },
    { site: 'riverside', id: 'security', name: { zh: '秩序岗', en: 'Security' }, phone: '8120', on_duty: [] },
  ]
}

type Visit = Round['checkpoints'][number]
const POINTS = [
  ['main-gate', '正门', 'Main gate'], ['courtyard', '中庭', 'Courtyard'], ['east-fence', '东围墙', 'East fence'], ['a-roof', 'A栋屋面', 'Roof A'],
  ['b-roof', 'B栋屋面', 'Roof B'], ['garage-north', '车库北', 'Garage north'], ['garage-south', '车库南', 'Garage south'],
] as const

function round(route: string, zh: string, en: string, kind: Round['kind'], start: number, verdicts: readonly (string | null)[]): Round {
  const checkpoints = verdicts.map((verdict, i): Visit => {
    const [id, pointZh, pointEn] = POINTS[i % POINTS.length] ?? POINTS[0]
    const came = verdict !== null && verdict !== 'missed'
    return {
      checkpoint: id, name: { zh: pointZh, en: pointEn }, place: null, equipment: `patrol-${id}`, verdict, read_at: came ? iso(start + (i + 1) * 6 * MINUTE) : null,
      error: null, guard: came ? 'chen.jun' : null, others: [], trace: [],
    }
  })
  const counts: Record<string, number> = {}
  for (const verdict of verdicts) counts[verdict ?? 'open'] = (counts[verdict ?? 'open'] ?? 0) + 1
  return { ...SAME, route, name: { zh, en }, kind, start: iso(start), checkpoints, counts }
}

export function rounds(now: number): Round[] {
  return [
    round('security', '治安巡更', 'Security round', 'security', now - 20 * MINUTE, ['on_time', 'on_time', 'late', null, null, null, null]),
    round('security', '治安巡更', 'Security round', 'security', now - 3 * HOUR, ['on_time', 'on_time', 'on_time', 'missed', 'on_time', 'on_time', 'wrong_guard']),
    round('fire', '防火巡查', 'Fire round', 'fire', now - 2 * HOUR, ['on_time', 'on_time', 'late_upload', 'on_time', 'too_fast']),
    round('plant', '设备房巡检', 'Plant round', 'plant', now - 5 * HOUR, ['on_time', 'on_time', 'on_time']),
  ]
}

type Gate = readonly [number, string, string, string, Access['kind'], Partial<Access>]
const FEED: readonly Gate[] = [
  [1, 'barrier-in', '入口道闸', 'Entry barrier', 'granted', { credential: 'plate', plate: '浙A·**12', direction: 'in' }],
  [3, 'door-lobby-a', 'A栋大堂门', 'Lobby door A', 'granted', { credential: 'card', card: '•••• 4417', direction: 'in' }],
  [4, 'door-lobby-a', 'A栋大堂门', 'Lobby door A', 'passage', { passes: 'person', direction: 'in' }],
  [9, 'door-garage-a', 'A栋车库梯厅门', 'Garage lobby door A', 'denied', { credential: 'card', card: '•••• 9031', reason: 'credential_expired', direction: 'in' }],
  [14, 'door-lobby-b', 'B栋大堂门', 'Lobby door B', 'granted', { credential: 'card', card: '•••• 2250', direction: 'in' }],
  [21, 'barrier-out', '出口道闸', 'Exit barrier', 'passage', { passes: 'vehicle', direction: 'out', plate: '浙A·**88' }],
]

export function access(now: number): Access[] {
  const empty = { place: null, reason: null, credential: null, card: null, direction: null, passes: null, plate: null }
  return FEED.map(([minutes, equipment, zh, en, kind, more], i) => ({
    ...SAME, ...empty, id: `access-${i}`, equipment, name: { zh, en }, kind, at: iso(now - minutes * MINUTE), recorded_at: iso(now - minutes * MINUTE + 200), ...more,
  }))
}

export function statistics(now: number): Statistics {
  const whole: AlarmLoad = {
    from: iso(now - 24 * HOUR), to: iso(now), people: ['zhang.wei', 'wu.hao'], raises: 187, per_ten_minutes: 1.3, most_in_ten_minutes: 14, flood_share: 0.014, stale: 1, shelved: 1, shelvings: 3,
    chattering: [{ equipment: 'door-garage-a', instance: '', rule: 'held_open', count: 9 }],
    top: [
      { equipment: 'door-garage-a', instance: '', rule: 'held_open', count: 31 }, { equipment: 'sump-1', instance: '', rule: 'high_level', count: 12 },
      { equipment: 'pump-3', instance: '', rule: 'not_in_auto', count: 7 }, { equipment: 'fire-panel', instance: 'l1d003', rule: 'fault', count: 4 },
    ],
    top_share: 0.29, priorities: { 1: 6, 2: 22, 3: 41, 4: 118 }, acknowledged: 171, unacknowledged: 16, acknowledge_median: 24, acknowledge_p95: 190, acknowledge_longest: 620, false_alarms: [],
  }
  const from = (hours: number) => iso(now - hours * HOUR)
  const shifts = [whole, { ...whole, raises: 64, per_ten_minutes: 2.4 }].map((load, i) => ({ ...load, from: from(16 - i * 8), to: from(8 - i * 8) }))
  return { whole, shifts }
}
