/** A fire on the third floor: its procedure, the card for 119, and a linkage checklist with every kind of line. */
import type { AlarmDetail, CardFacts, Linkage, LinkageEffect, Procedure } from '../src/api/types'

const STEPS = [
  ['verify', '现场核实(以最快方式)', 'Verify on site, by the fastest way'],
  ['linkage', '联动开关转自动', 'Turn the linkage switch to automatic'],
  ['call_119', '拨打119', 'Call 119'],
  ['evacuate', '启动灭火和应急疏散预案', 'Start the extinguishing and evacuation plan'],
  ['report', '报告消防安全责任人', 'Report to the person responsible for fire safety'],
  ['team', '微型消防站出动', 'The miniature fire station sets out'],
] as const
const CARD: Procedure['card'] = {
  address: { zh: '滨江路88号 滨江花园', en: 'Riverside Garden, 88 Riverside Road' },
  place: { zh: 'A栋 A栋低区 三层 火灾报警控制器 A栋3层走道感烟', en: 'Tower A, floors 1 to 9, floor 3, smoke in the corridor' },
  burning: '', extent: '', caller: '', phone: '0571-8800 0119',
}
type Line = readonly [LinkageEffect['kind'], string, string, LinkageEffect['state'], number]
const EFFECTS: readonly Line[] = [
  ['doors_released', 'A栋大堂门释放', 'Lobby door A released', 'seen', 10], ['barriers_up', '入口道闸抬杆', 'Entry barrier up', 'seen', 15],
  ['courtyard_gate_open', '庭院电动门开', 'Courtyard gate open', 'missing', 20], ['lifts_recalled', '1号电梯迫降', 'Lift 1 recalled', 'awaited', 90],
  ['non_fire_power_cut', '切非消防电源', 'Non-fire power cut', 'late', 20], ['smoke_fans', '排烟风机启动', 'Smoke exhaust fan runs', 'seen', 30],
  ['shutters', '防火卷帘下降', 'Fire shutter down', 'awaited', 60], ['broadcast', '消防广播启动', 'Evacuation broadcast on', 'seen', 10],
  ['emergency_lighting', '应急照明点亮', 'Emergency lighting on', 'seen', 10], ['fire_pump', '消防泵启动', 'Fire pump runs', 'awaited', 60],
]

/** What differs from any other alarm of the panel. */
export function fireChanges(drill: boolean): Partial<AlarmDetail> {
  return {
    rule: 'fire', priority: 1, class: 'life_safety', name: { zh: '火警', en: 'Fire alarm' }, drill, place: 'a-3', work_order: null,
    equipment_name: { zh: '火灾报警控制器 A栋3层走道感烟', en: 'Fire alarm panel, smoke, tower A floor 3' },
    guidance: {
      zh: ['立即用对讲通知就近保安到现场核实', '核实为真:联动转自动,拨打119', '核实为误报:须两人认定,查明原因'],
      en: ['Send the nearest guard to look, by radio, at once', 'If it is real: linkage to automatic, call 119', 'If it is false: two people say so and find its cause'],
    },
  }
}

/** Expected before the confirmation; afterwards seen, late, missing or awaited. */
export function linkage(site: string, opened: number, confirmed: number | null, drill: boolean): Linkage {
  const iso = (at: number) => new Date(at).toISOString()
  const effects = EFFECTS.map(([kind, zh, en, later, within], i): LinkageEffect => {
    const state = confirmed === null ? 'expected' : later
    const seconds = state === 'seen' ? 3 + i * 0.4 : state === 'late' ? within + 12 : null
    return {
      id: kind, kind, name: { zh, en }, point: `${kind}.state`, wanted: 'on', state, within, seconds, already: false, known: state === 'missing' ? true : null,
      due_at: confirmed === null ? null : iso(confirmed + within * 1000),
      seen_at: confirmed === null || seconds === null ? null : iso(confirmed + seconds * 1000),
      missing_at: confirmed !== null && (state === 'missing' || state === 'late') ? iso(confirmed + within * 1000) : null,
    }
  })
  const count = (...states: readonly LinkageEffect['state'][]) => effects.filter((effect) => states.includes(effect.state)).length
  return {
    id: 'linkage-1', site, gateway: 'riverside-1', zone: 'z-a-low', zone_name: { zh: 'A栋低区', en: 'Tower A, floors 1 to 9' }, drill, equipment: 'fire-panel', instance: 'l1d003',
    state: confirmed === null ? 'open' : 'confirmed', opened_at: iso(opened), confirmed_at: confirmed === null ? null : iso(confirmed),
    confirmed_by: confirmed === null ? null : drill ? 'drill' : 'instruction', closed_at: null, close_reason: null,
    seen: count('seen', 'late'), missing: count('missing'), awaited: count('awaited'), effects,
  }
}

/** The steps and the card of one fire. */
export class FireProcedure {
  private readonly done = new Map<string, { at: string; by: string }>()
  private card = CARD

  constructor(private readonly alarm: AlarmDetail) {}

  tick(step: string, at: string, by: string): boolean {
    if (this.done.has(step)) return false
    this.done.set(step, { at, by })
    return true
  }

  fill(facts: CardFacts): void {
    this.card = { ...this.card, ...facts }
  }

  said(alarm = this.alarm): Procedure {
    const { confirmed_found, confirmed_by } = alarm.response
    const card = { ...this.card, burning: this.card.burning || (confirmed_found ?? ''), caller: this.card.caller || (confirmed_by ?? '') }
    const steps = STEPS.map(([step, zh, en]) => {
      const done = this.done.get(step)
      const seconds = done ? (Date.parse(done.at) - Date.parse(alarm.raised_at)) / 1000 : null
      return { step, name: { zh, en }, at: done?.at ?? null, by: done?.by ?? null, note: '', seconds }
    })
    return { steps, card }
  }
}
