import { expect, test } from 'vitest'
import { limits } from './limits'

test.each([
  [{ low: 0.3, high: 0.6, unit: 'MPa' }, '0.30 … 0.60 MPa'],
  [{ low: 2, high: null, unit: 'm' }, '≥ 2 m'],
  [{ low: null, high: 45 }, '≤ 45'],
  [{ low: null, high: null, unit: 'MPa' }, ''],
])('%o', (of, said) => expect(limits(of)).toBe(said))
