import { expect, it } from 'vitest'
import { price, typed } from './decimal'

it('takes what people type, to the last digit', () => {
  const said = ['1,234.50', ' 0.612345 ', '.5', '12.', '\uff11\uff12\uff0e\uff15'].map((text) => typed(text))
  expect(said.map((each) => [each.value, each.error])).toEqual([['1234.50', null], ['0.612345', null], ['0.5', null], ['12', null], ['12.5', null]])
  expect(typed('9007199254740993.01', { places: 2 }).value).toBe('9007199254740993.01')
})

it('says what is wrong', () => {
  expect(['', 'abc', '1,23', '1.2345', '-1', '200'].map((text) => typed(text, { places: 3, most: 100 }).error)).toEqual([
    'money.wrong.missing', 'money.wrong.number', 'money.wrong.number', 'money.wrong.places', 'money.wrong.least', 'money.wrong.most',
  ])
  expect(typed('', { optional: true })).toEqual({ value: null, error: null })
})

it('drops the zeros at the end of a price', () => {
  expect([price('0.612300'), price('38.0000000000'), price('40'), price(null)]).toEqual(['0.6123', '38', '40', '—'])
})
