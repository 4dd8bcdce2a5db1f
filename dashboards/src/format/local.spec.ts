import { expect, it } from 'vitest'
import { localInput, utcOf } from './local'

it('goes from the wall of the site to UTC and back, also beside a change of the clocks', () => {
  expect(utcOf('2026-11-22T08:15', 'Asia/Shanghai')).toBe('2026-11-22T00:15:00.000Z')
  expect(utcOf('2026-03-29T03:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
  for (const zone of ['Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns'])
    for (const local of ['2026-10-25T00:30', '2026-10-25T04:30', '2026-03-29T01:15', '2026-07-01T12:00']) expect(localInput(Date.parse(utcOf(local, zone)), zone)).toBe(local)
})
