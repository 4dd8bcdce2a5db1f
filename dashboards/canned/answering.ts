/** What the cloud would make of an answer (cloud/alarms/machine.py), short enough for a story. */
import type { AlarmDetail, Outcome } from '../src/api/types'

export interface Who {
  readonly name: string
  /** The head decides alone. */
  readonly head: boolean
}

type Response = AlarmDetail['response']
type Body = Readonly<Record<string, unknown>>
type Change = { readonly response?: Partial<Response>; readonly alarm?: Partial<AlarmDetail>; readonly step: readonly [string, string] }
type Kind = 'acknowledge' | 'confirm' | 'comment' | 'assign' | 'shelve' | 'unshelve' | 'silence' | 'reset' | 'close'

export class Refused extends Error {}

const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  raised: ['触发', 'Raised'], acknowledged: ['接警', 'Acknowledged'], false_proposed: ['拟定误报,待第二人核实', 'Called not real; a second person confirms'],
  confirmed: ['核实', 'Confirmed'], commented: ['备注', 'Comment'], assigned: ['指派', 'Assigned'], shelved: ['暂挂', 'Shelved'],
  unshelved: ['暂挂结束', 'Back from the shelf'], silenced: ['消音', 'Silenced'], reset_asked: ['复位', 'Reset asked'],
  close_proposed: ['拟关闭,待第二人确认', 'To be closed; a second person confirms'], closed: ['关闭', 'Closed'],
  procedure: ['处置步骤', 'Step of the procedure'], updated: ['检测状态变化', 'Detection changed'],
}
const STATES: Readonly<Partial<Record<AlarmDetail['state'], AlarmDetail['state']>>> = {
  unacknowledged: 'acknowledged', latched_unacknowledged: 'latched_acknowledged', rtn_unacknowledged: 'normal',
}

export function isKind(kind: string): kind is Kind {
  return kind in DOES
}

/** The alarm with one more step in its life. */
export function stepped(alarm: AlarmDetail, kind: string, detail: string, by: string, at: string): AlarmDetail {
  const [zh, en] = NAMES[kind] ?? [kind, kind]
  return { ...alarm, updated_at: at, history: [...alarm.history, { kind, name: { zh, en }, at, recorded_at: at, by, detail }] }
}

function isFire(alarm: AlarmDetail): boolean {
  return alarm.class === 'life_safety' && alarm.system === 'fire'
}

function acknowledge(alarm: AlarmDetail, _: Body, who: Who, at: string): Change {
  const { acknowledged_by } = alarm.response
  if (acknowledged_by) throw new Refused(`${acknowledged_by} 已接警 · ${acknowledged_by} acknowledged this alarm`)
  const response = { acknowledged_at: at, acknowledged_by: who.name, sounding: false, escalates_at: null, silenced_at: null, silenced_by: null }
  return { response, alarm: { state: STATES[alarm.state] ?? alarm.state }, step: ['acknowledged', ''] }
}

function confirm(alarm: AlarmDetail, body: Body, who: Who, at: string): Change {
  const outcome = body.outcome as Outcome
  const first = alarm.response.false_by
  const detail = `${outcome}: ${String(body.found)}`
  const seen = alarm.response.acknowledged_at ? null : acknowledge(alarm, body, who, at)
  if (isFire(alarm) && outcome !== 'real' && !who.head && (!first || first === who.name))
    return { ...seen, response: { ...seen?.response, false_by: who.name }, step: ['false_proposed', detail] }
  const response = { ...seen?.response, confirmed_at: at, confirmed_by: who.name, confirmed_outcome: outcome, confirmed_found: String(body.found), false_by: null }
  return { ...seen, response, step: ['confirmed', detail] }
}

function shelve(alarm: AlarmDetail, body: Body, who: Who, at: string): Change {
  if (alarm.class === 'life_safety') throw new Refused('生命安全报警不得暂挂 · a life-safety alarm is never shelved')
  const until = new Date(Date.parse(at) + Number(body.seconds ?? 3600) * 1000).toISOString()
  const response = { shelved_until: until, shelved_by: who.name, shelve_reason: String(body.reason), sounding: false }
  return { response, alarm: { state: 'shelved' }, step: ['shelved', `${until}: ${String(body.reason)}`] }
}

function close(alarm: AlarmDetail, _: Body, who: Who, at: string): Change {
  const { reset_seen_at, confirmed_outcome, close_by } = alarm.response
  if (!reset_seen_at) throw new Refused('控制器尚未复位 · the panel has not been reset')
  if (!confirmed_outcome) throw new Refused('尚未核实:请先核实再关闭 · nobody has confirmed what it was: confirm it first')
  if (!who.head && (!close_by || close_by === who.name)) return { response: { close_by: who.name }, step: ['close_proposed', ''] }
  return { response: { closed_at: at, closed_by: who.name, close_by: null }, step: ['closed', ''] }
}

const DOES: Readonly<Record<Kind, (alarm: AlarmDetail, body: Body, who: Who, at: string) => Change>> = {
  acknowledge,
  confirm,
  shelve,
  close,
  comment: (_, body) => ({ step: ['commented', String(body.text)] }),
  assign: (_, body) => ({ response: { assigned_to: String(body.to) }, step: ['assigned', String(body.to)] }),
  unshelve: (alarm) => ({
    response: { shelved_until: null, shelved_by: null, shelve_reason: null },
    alarm: { state: alarm.response.acknowledged_at ? 'acknowledged' : 'unacknowledged' },
    step: ['unshelved', 'by hand'],
  }),
  silence: (alarm, _, who, at) => {
    if (!alarm.response.sounding) throw new Refused('此报警未在鸣响 · this alarm makes no sound')
    return { response: { silenced_at: at, silenced_by: who.name, sounding: false }, step: ['silenced', ''] }
  },
  reset: (alarm, body) => {
    if (alarm.detection !== 'latched') throw new Refused('the condition still holds')
    return { alarm: { detection: 'cleared', state: 'normal', clear_reason: 'reset' }, step: ['reset_asked', String(body.reason)] }
  },
}

/** The alarm after the answer; Refused where the cloud would say 409. */
export function answered(alarm: AlarmDetail, kind: Kind, body: Body, who: Who, at: string): AlarmDetail {
  const { response, alarm: changes, step } = DOES[kind](alarm, body, who, at)
  const changed = { ...alarm, ...changes, response: { ...alarm.response, ...response } }
  return stepped(changed, step[0], step[1], who.name, at)
}
