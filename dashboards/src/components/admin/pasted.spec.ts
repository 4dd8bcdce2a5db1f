import { expect, it } from 'vitest'
import { pasted } from './pasted'

it('reads what a sheet gives, and says which lines it can’t', () => {
  const found = pasted('A-1201\tZhang\t138 0013\ta-12\n\n B-2, Li ,,nowhere\n,x\nC-3', (name) => (name === 'a-12' ? 'a-12' : null))
  expect(found).toEqual({ rooms: [{ number: 'A-1201', occupant: 'Zhang', contact: '138 0013', place: 'a-12' }, { number: 'C-3', occupant: '', contact: '', place: null }], wrong: [3, 4] })
})
