/** Numbers and UCUM units as people read them. */

const SHOWN: Readonly<Record<string, string>> = {
  '1': '',
  Cel: '°C',
  'kW.h': 'kWh',
  'W.h': 'Wh',
  'MW.h': 'MWh',
  'kvar.h': 'kvarh',
  'm3/h': 'm³/h',
  m3: 'm³',
  m2: 'm²',
  'kWh/m3': 'kWh/m³',
  'kW.h/m3': 'kWh/m³',
  'l/s': 'L/s',
  kvar: 'kvar',
  'kV.A': 'kVA',
}
const MISSING = '—'

/** The unit's usual sign: `m3/h` → `m³/h`; a bare count has none. */
export function unit(ucum: string): string {
  return SHOWN[ucum] ?? ucum
}

/** A number with its decimals and thin groups, `—` where there is none. */
export function number(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING
  const [whole = '', rest] = Math.abs(value).toFixed(decimals).split('.')
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, '\u202f') : whole
  const zero = Number(value.toFixed(decimals)) === 0
  return `${value < 0 && !zero ? '−' : ''}${grouped}${rest ? `.${rest}` : ''}`
}

/** Number and unit together. */
export function quantity(value: number | null | undefined, decimals: number, ucum: string): string {
  const shown = unit(ucum)
  const text = number(value, decimals)
  return shown && text !== MISSING ? `${text} ${shown}` : text
}
