/** The fields of a form as they were left: through a reload and a change of page, for who typed them alone, until they are sent. */
import { reactive, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { useSession } from '@/stores/session'
import { putTyped, removeTyped, takeTyped, type Words } from '@/stores/typed_shelf'

/** A number field holds '' until something is in it. */
const kind = (value: unknown) => (Array.isArray(value) ? 'list' : typeof value === 'number' ? 'string' : typeof value)

/** What was kept, as far as the form still has such fields. */
export function restored<T extends object>(empty: T, kept: Words | null): T {
  const known = Object.entries(kept ?? {}).filter(([name, value]) => name in empty && kind((empty as Words)[name]) === kind(value))
  return { ...empty, ...Object.fromEntries(known) }
}

/** `form` names it, with the order or site that it is about; `sent` empties it. */
export function useTyped<T extends object>(form: MaybeRefOrGetter<string>, empty: () => T) {
  const session = useSession()
  const kept = () => restored(empty(), takeTyped(session.name, toValue(form)))
  const words = reactive(kept()) as T
  watch(() => toValue(form), () => Object.assign(words, kept()), { flush: 'sync' })
  function keep(): void {
    if (JSON.stringify(words) === JSON.stringify(empty())) removeTyped(session.name, toValue(form))
    else putTyped(session.name, toValue(form), words as Words)
  }
  watch(words, keep, { flush: 'sync' })

  /** Also after the form has gone from the page, and nothing watches it any more. */
  function sent(): void {
    Object.assign(words, empty())
    keep()
  }
  return { words, keep, sent }
}

/** Whether there is something in this form that was not sent. */
export const hasTyped = (form: string): boolean => takeTyped(useSession().name, form) !== null

/** A note beside each line of a list, kept together; `sent` empties one. */
export function useTypedNotes(form: MaybeRefOrGetter<string>) {
  const { words, keep } = useTyped<{ notes: Record<string, string> }>(form, () => ({ notes: {} }))
  function sent(line: string): void {
    delete words.notes[line]
    keep()
  }
  return { words, sent }
}
