/** Codes as they hang at things: read out of what was scanned or typed, compared without knowing them. */
const SIGNS = '123456789ABCDEFGHJKMNPQRSTVWXYZ'
const RANDOM = 8

function check(body: string): string {
  const sum = [...body].reduce((total, sign, place) => total + (place + 2) * SIGNS.indexOf(sign), 0)
  return SIGNS[sum % SIGNS.length] ?? ''
}

/** The code in an address or in what somebody typed; null where there is none. The same rule as cloud/qr_codes/code.py. */
export function readCode(text: string): string | null {
  const last = text.trim().replace(/\/+$/, '').split('/').pop() ?? ''
  const code = last.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1')
  if (code.length !== RANDOM + 1 || [...code].some((sign) => !SIGNS.includes(sign))) return null
  return check(code.slice(0, RANDOM)) === code[RANDOM] ? code : null
}

/** Whether it is one of these; null where this browser can't tell (pages that came without https). */
export async function isOneOf(code: string, marks: readonly string[]): Promise<boolean | null> {
  if (!globalThis.crypto?.subtle) return null
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`gatehouse-code:${code}`))
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return marks.includes(hex)
}
