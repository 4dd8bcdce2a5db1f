/** Where words wait that somebody has typed and not yet sent: by person and form, bounded, gone when their session is. */
const PREFIX = 'gatehouse.typed.'
/** Drafts of one person; the oldest makes room. */
const MOST = 24
/** Characters of one draft; a longer one is kept only while its form is open. */
const LONGEST = 16_000
/** ms */
const OLDEST = 24 * 3_600_000

export type Words = Record<string, unknown>
interface Kept {
  readonly at: number
  readonly words: Words
}

let onTelephone = false
/** Of a session that ended under somebody's hands: in memory alone, until the same person is back. */
let aside: (readonly [string, string])[] = []

/** On a telephone, whose pages the system ends while its camera is open. Else words end with their tab. */
export function keepOnTelephone(): void {
  onTelephone = true
}

/** Who is not logged in (a resident at a code) leaves nothing behind the tab. */
const storageOf = (person: string): Storage => (person && onTelephone ? localStorage : sessionStorage)
const keyOf = (person: string, form: string) => `${PREFIX}${encodeURIComponent(person)}/${form}`
const isWords = (value: unknown): value is Words => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A browser may refuse its storage, or have it full: then words live as long as their form. */
function tried<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

function keys(storage: Storage, start = PREFIX): string[] {
  return Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '').filter((key) => key.startsWith(start))
}

function read(storage: Storage, key: string, now: number): Kept | null {
  const kept = tried(() => JSON.parse(storage.getItem(key) ?? 'null') as Partial<Kept> | null)
  return kept && typeof kept.at === 'number' && now - kept.at < OLDEST && isWords(kept.words) ? { at: kept.at, words: kept.words } : null
}

export function takeTyped(person: string, form: string, now = Date.now()): Words | null {
  return tried(() => read(storageOf(person), keyOf(person, form), now))?.words ?? null
}

export function putTyped(person: string, form: string, words: Words, now = Date.now()): void {
  const text = JSON.stringify({ at: now, words })
  removeTyped(person, form)
  if (text.length > LONGEST) return
  tried(() => {
    const storage = storageOf(person)
    const mine = keys(storage, keyOf(person, '')).map((key) => ({ key, at: read(storage, key, now)?.at ?? 0 })).sort((a, b) => a.at - b.at)
    for (const { key } of mine.slice(0, Math.max(0, mine.length + 1 - MOST))) storage.removeItem(key)
    storage.setItem(keyOf(person, form), text)
  })
}

export function removeTyped(person: string, form: string): void {
  tried(() => storageOf(person).removeItem(keyOf(person, form)))
}

function each(work: (storage: Storage, key: string) => void): void {
  for (const storage of [() => sessionStorage, () => localStorage])
    tried(() => {
      const here = storage()
      for (const key of keys(here)) work(here, key)
    })
}

/** Somebody leaves: nothing of what anybody typed stays in this browser, whichever page they typed it in. */
export function forgetTyped(): void {
  aside = []
  each((storage, key) => storage.removeItem(key))
}

/** A session ended under somebody's hands: their words leave the disk, and come back with them alone. */
export function endTyped(): void {
  const nobody = keyOf('', '')
  each((storage, key) => {
    if (key.startsWith(nobody)) return
    aside.push([key, storage.getItem(key) ?? ''])
    storage.removeItem(key)
  })
}

/** Somebody is logged in: what was set aside for them is there again, what is another's or too old goes. */
export function resumeTyped(person: string, now = Date.now()): void {
  const own = keyOf(person, '')
  for (const [key, text] of aside) if (key.startsWith(own)) tried(() => storageOf(person).setItem(key, text))
  aside = []
  each((storage, key) => {
    if (!key.startsWith(own) || !read(storage, key, now)) storage.removeItem(key)
  })
}
