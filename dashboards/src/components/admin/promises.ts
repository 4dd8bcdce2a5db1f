/** The promises of a contract, as they are written in a form and as the cloud takes them. */
import type { OrderClass, ServicePromise } from '@/api/desk'

export const CLOCKS = ['respond', 'arrive', 'restore', 'call_back'] as const satisfies readonly ServicePromise['clock'][]
export const KINDS = ['within', 'overnight', 'share'] as const satisfies readonly ServicePromise['target']['kind'][]
export const SIDES = ['customer', 'device', 'plan'] as const satisfies readonly ServicePromise['sides'][number][]

/** One line of the form; times in minutes, shares in per cent. */
export interface Line {
  id: string
  zh: string
  en: string
  clock: ServicePromise['clock']
  classes: OrderClass[]
  sides: ServicePromise['sides'][number][]
  faults: readonly string[]
  kind: ServicePromise['target']['kind']
  minutes: number
  working: boolean
  late: string
  by: string
  share: number
  source: string
}

export const blank = (id: string): Line => ({ id, zh: '', en: '', clock: 'arrive', classes: [], sides: [], faults: [], kind: 'within', minutes: 30, working: false, late: '20:00', by: '12:00', share: 100, source: '' })

export function lineOf(promise: ServicePromise): Line {
  const { target } = promise
  const line = blank(promise.id)
  if (target.kind === 'within') Object.assign(line, { minutes: target.seconds / 60, working: target.working })
  if (target.kind === 'overnight') Object.assign(line, { late: target.late.slice(0, 5), by: target.by.slice(0, 5) })
  return Object.assign(line, {
    ...promise.name, clock: promise.clock, classes: [...promise.classes], sides: [...promise.sides], faults: promise.faults, kind: target.kind,
    share: Math.round(promise.share * 1000) / 10, source: promise.source,
  })
}

function targetOf(line: Line): ServicePromise['target'] {
  if (line.kind === 'within') return { kind: 'within', seconds: Math.round(line.minutes * 60), working: line.working }
  return line.kind === 'overnight' ? { kind: 'overnight', late: line.late, by: line.by } : { kind: 'share' }
}

export const promiseOf = (line: Line): ServicePromise => ({
  id: line.id, name: { zh: line.zh.trim(), en: line.en.trim() }, clock: line.clock, classes: [...line.classes], sides: [...line.sides], faults: line.faults,
  target: targetOf(line), share: line.share / 100, source: line.source.trim(),
})

/** An id that no line has yet: months are compared by it, so it stays with its promise. */
export function newId(taken: readonly string[]): string {
  for (let n = taken.length + 1; ; n++) if (!taken.includes(`own-${n}`)) return `own-${n}`
}
