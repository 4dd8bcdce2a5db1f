import { expect, it } from 'vitest'
import { csv } from './csv'

it('quotes, marks its encoding and disarms formulas', () => {
  expect(csv([['时间', 'a,b', 'say "hi"'], ['=1+1', 2.5, null]])).toBe('\ufeff时间,"a,b","say ""hi"""\r\n\'=1+1,2.5,\r\n')
})
