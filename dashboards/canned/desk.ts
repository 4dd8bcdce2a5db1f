/** The desk of the canned control room: its screens with their sound tests, drawings, and what gateways were told. */
import type { Drawing, DrawingDetail, DutyStation, GivenInstruction, NewPermit, NewStation, Permit, SoundTest, TakenDrawing } from '../src/api/types'

export class Desk {
  readonly stations: DutyStation[]
  readonly instructions: GivenInstruction[] = []
  readonly permits: Permit[] = []
  private readonly kept: DrawingDetail[] = []
  private made = 0

  constructor(private readonly now: () => number) {
    const tested: SoundTest = { id: 'test-1', station: 'station-left', name: 'Left-1', post: 'control_room', at: this.at(-5400), by: 'zhang.wei', heard: true }
    const station = { site: 'riverside', post: 'control_room', enrolled_at: this.at(-86_400), enrolled_by: 'zhang.wei', seen_at: this.at(-4) }
    this.stations = [
      { ...station, id: 'station-left', name: 'Left-1', armed: true, tested },
      { ...station, id: 'station-right', name: 'Right-2', armed: false, tested: null },
    ]
    this.ask({ site: 'riverside', equipment: 'fire-panel', instance: 'l1d017', rule: 'fire', until: this.at(7200), reason: 'B1 动火,王强看护' }, 'wang.qiang')
  }

  private at(seconds = 0): string {
    return new Date(this.now() + seconds * 1000).toISOString()
  }

  enrol({ post, name }: NewStation, by: string): DutyStation {
    const made: DutyStation = { id: `station-${++this.made}`, site: 'riverside', post, name, enrolled_at: this.at(), enrolled_by: by, seen_at: null, armed: false, tested: null }
    this.stations.push(made)
    return made
  }

  /** A permit of life safety waits for somebody else; two rules are asked for already. */
  ask({ equipment, instance = '', rule, until, reason }: NewPermit, by: string): Permit {
    const own = { gateway: 'riverside-1', equipment_name: { zh: '消防主机', en: 'Fire panel' }, rule_name: { zh: '火警', en: 'Fire' }, life_safety: true, state: 'asked' as const }
    const open = { allowed_at: null, allowed_by: null, answer: null, answer_why: '', refused_at: null, refused_by: null, refused_why: null, ended_at: null, ended_by: null }
    const made: Permit = { id: `permit-${++this.made}`, site: 'riverside', equipment, instance, rule, until, reason, asked_at: this.at(), asked_by: by, ...own, ...open }
    this.permits.push(made)
    return made
  }

  decide(id: string, what: string, by: string): Permit | undefined {
    const at = this.permits.findIndex((each) => each.id === id)
    const before = this.permits[at]
    if (!before) return undefined
    if (what !== 'allow') return this.permits.splice(at, 1)[0]
    return (this.permits[at] = { ...before, state: 'in_force', allowed_at: this.at(), allowed_by: by, answer: 'done' })
  }

  remove(id: string): boolean {
    const at = this.stations.findIndex((each) => each.id === id)
    if (at >= 0) this.stations.splice(at, 1)
    return at >= 0
  }

  beat(id: string, armed: boolean): boolean {
    return this.change(id, (each) => ({ ...each, armed, seen_at: this.at() })) !== undefined
  }

  test(id: string, heard: boolean, by: string): SoundTest | undefined {
    return this.change(id, (each) => ({ ...each, tested: { id: `test-${++this.made}`, station: id, name: each.name, post: each.post, at: this.at(), by, heard } }))?.tested ?? undefined
  }

  private change(id: string, to: (station: DutyStation) => DutyStation): DutyStation | undefined {
    const at = this.stations.findIndex((each) => each.id === id)
    const before = this.stations[at]
    return before && (this.stations[at] = to(before))
  }

  drawings(): Drawing[] {
    return this.kept.map(({ svg: _, ...each }) => each)
  }

  drawing(place: string): DrawingDetail | undefined {
    return this.kept.find((each) => each.place === place)
  }

  /** The cloud cleans it by an allowlist (cloud/drawings/cleaning.py); here its ids get their prefix, no more. */
  putDrawing(place: string, svg: string, by: string): TakenDrawing {
    this.removeDrawing(place)
    const drawing = { site: 'riverside', place, updated_at: this.at(), updated_by: by }
    this.kept.push({ ...drawing, svg: svg.replace(/ id="/g, ' id="drawing-').replace(/<script[\s\S]*<\/script>/g, '') })
    return { ...drawing, removed: svg.includes('<script') ? { '<script>': 1 } : {} }
  }

  removeDrawing(place: string): boolean {
    const at = this.kept.findIndex((each) => each.place === place)
    if (at >= 0) this.kept.splice(at, 1)
    return at >= 0
  }

  instruct(gateway: string, asked: GivenInstruction['arguments'], reason: string, by: string): GivenInstruction {
    const given: GivenInstruction = {
      id: `instruction-${++this.made}`, seq: this.made, site: 'riverside', gateway, target: '', kind: asked.kind ?? 'drill', arguments: asked, by, reason, at: this.at(), expires: this.at(300),
      state: 'done', why: '', answered_at: this.at(),
    }
    this.instructions.unshift(given)
    return given
  }
}
