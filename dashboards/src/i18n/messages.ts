/** What every vocabulary is made of: the languages, and messages with `{name}` in them. */

export type Language = 'zh' | 'en'
export type Parameters = Readonly<Record<string, string | number>>

/** A text that the cloud sends in both languages. */
export interface BothLanguages {
  readonly zh: string
  readonly en: string
}

/** A message with its parameters; a name that none is given for stays as it is. */
export function filled(message: string, parameters?: Parameters): string {
  return parameters ? message.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole)) : message
}
