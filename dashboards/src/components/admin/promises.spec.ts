import { expect, test } from 'vitest'
import type { ServicePromise } from '@/api/desk'
import { blank, lineOf, newId, promiseOf } from './promises'

const TARGETS: readonly ServicePromise['target'][] = [{ kind: 'within', seconds: 1500, working: true }, { kind: 'overnight', late: '20:00', by: '12:00' }, { kind: 'share' }]

test.each(TARGETS)('what is not changed in the form is the same promise afterwards', (target) => {
  const promise: ServicePromise = { id: 'on_site', name: { zh: '到场', en: 'On site' }, clock: 'arrive', classes: ['urgent'], sides: ['customer'], faults: ['dry_run'], target, share: 0.985, source: '物业服务承诺第六条 · Estate service promise, article 6' }
  expect(promiseOf(lineOf(promise))).toEqual(promise)
})

test('seconds come from minutes, a new line has an id of its own', () => {
  const line = { ...blank(newId(['own-2', 'x'])), zh: ' 到场 ', en: 'On site', minutes: 20.5, share: 95 }
  expect(promiseOf(line)).toMatchObject({ id: 'own-3', name: { zh: '到场', en: 'On site' }, target: { kind: 'within', seconds: 1230 }, share: 0.95 })
})
