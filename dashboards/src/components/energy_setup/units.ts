/** What manual and virtual meters may count in, and the unit in which the ledger adds it up. */
export const MEASURES: Readonly<Record<string, string>> = { 'kW.h': 'kW.h', 'MW.h': 'kW.h', 'W.h': 'kW.h', 'kvar.h': 'kvar.h', m3: 'm3', L: 'm3', GJ: 'GJ', MJ: 'GJ', t: 't', kg: 't' }

/** What factors are told for: the unit and, of cubic metres, what flows. */
export const COUNTED = [
  { id: 'electricity', unit: 'kW.h', medium: '' },
  { id: 'water', unit: 'm3', medium: 'water' },
  { id: 'gas', unit: 'm3', medium: 'gas' },
  { id: 'heat', unit: 'GJ', medium: '' },
  { id: 'steam', unit: 't', medium: '' },
] as const
export type Counted = (typeof COUNTED)[number]['id']

export const countedOf = (unit: string, medium: string): Counted | null => COUNTED.find((each) => each.unit === unit && each.medium === medium)?.id ?? null
