import { expect, it } from 'vitest'
import { fieldsOf, setupOf, written } from './setup'

const SCHEMA = {
  required: ['host', 'password'],
  properties: {
    host: { type: 'string' }, port: { type: 'integer', default: 465 }, security: { type: 'string', enum: ['tls', 'none'], default: 'tls' }, password: { type: 'string', writeOnly: true },
    to: { type: 'array', default: [] }, loud: { type: 'boolean', default: true }, headers: { type: 'object' }, user: { type: 'string', default: '' },
  },
}
const fields = fieldsOf(SCHEMA)

it('shows what is kept, what is usual, and never a secret', () => {
  const shown = Object.fromEntries(fields.map((field) => [field.name, written(field, { host: 'mail', to: ['a', 'b'], password: '••••', headers: { x: '1' } })]))
  expect(shown).toEqual({ host: 'mail', port: '465', security: 'tls', password: '', to: 'a\nb', loud: 'true', headers: '{"x":"1"}', user: '' })
})

it('sends each field in its type, and a secret only when it was typed', () => {
  const texts = { host: ' mail ', port: '25', security: 'none', password: '', to: 'a\n\n b', loud: 'false', headers: '{"x":"1"}', user: '' }
  expect(setupOf(fields, texts)).toEqual({ host: 'mail', port: 25, security: 'none', to: ['a', 'b'], loud: false, headers: { x: '1' }, user: '' })
  expect(setupOf(fields, { ...texts, password: 'new' }).password).toBe('new')
  expect(() => setupOf(fields, { ...texts, headers: '{' })).toThrow(SyntaxError)
})
