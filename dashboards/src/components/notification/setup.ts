/** A channel's set-up as form fields, from the JSON schema of its kind. */
export interface SetupField {
  readonly name: string
  readonly kind: 'text' | 'secret' | 'number' | 'flag' | 'choice' | 'lines' | 'json'
  readonly required: boolean
  readonly choices: readonly string[]
  readonly usual: unknown
}

interface Schema {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly default?: unknown
  readonly writeOnly?: boolean
}

export type Setup = Readonly<Record<string, unknown>>

function kindOf(schema: Schema): SetupField['kind'] {
  if (schema.writeOnly) return 'secret'
  if (schema.enum) return 'choice'
  if (schema.type === 'boolean') return 'flag'
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  if (schema.type === 'array') return 'lines'
  return schema.type === 'object' ? 'json' : 'text'
}

export function fieldsOf(schema: Setup): SetupField[] {
  const required = new Set((schema.required as readonly string[] | undefined) ?? [])
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>
  return Object.entries(properties).map(([name, each]) => ({ name, kind: kindOf(each), required: required.has(name), choices: each.enum ?? [], usual: each.default ?? null }))
}

/** What is written in a field; a secret is never shown again. */
export function written(field: SetupField, setup: Setup): string {
  const value = setup[field.name] ?? field.usual
  if (field.kind === 'secret' || value === null || value === undefined) return ''
  if (field.kind === 'lines') return (value as readonly string[]).join('\n')
  return field.kind === 'json' ? JSON.stringify(value) : String(value)
}

/** The fields as the cloud wants them; a secret left empty stays as it is. Throws SyntaxError where JSON is none. */
export function setupOf(fields: readonly SetupField[], texts: Readonly<Record<string, string>>): Record<string, unknown> {
  const filled = fields.filter((field) => (texts[field.name] ?? '').trim() !== '' || (field.kind !== 'secret' && !field.required && field.kind === 'text'))
  return Object.fromEntries(filled.map((field) => [field.name, valueOf(field, (texts[field.name] ?? '').trim())]))
}

function valueOf(field: SetupField, text: string): unknown {
  if (field.kind === 'number') return Number(text)
  if (field.kind === 'flag') return text === 'true'
  if (field.kind === 'lines') return text.split('\n').map((line) => line.trim()).filter(Boolean)
  return field.kind === 'json' ? (JSON.parse(text) as unknown) : text
}
