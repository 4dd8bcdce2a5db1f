import { expect, it } from 'vitest'
import { rowsOf } from './systems'

it('names what a building usually has once, shows the rest where it is, and forgets no system', () => {
  const ids = rowsOf(new Set(['fire_water', 'patrol', 'snow_melting'])).map((row) => row.id)
  expect(ids).toEqual(['fire', 'elevators', 'water', 'drainage', 'power', 'hvac', 'lighting', 'access', 'patrol', 'snow_melting'])
})
