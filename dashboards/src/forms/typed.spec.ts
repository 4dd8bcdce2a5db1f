import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { Session } from '@/api/types'
import { useSession } from '@/stores/session'
import { hasTyped, restored, useTyped, useTypedNotes } from './typed'
import { endTyped, forgetTyped, putTyped, resumeTyped, takeTyped } from '@/stores/typed_shelf'

const HOUR = 3_600_000
const empty = () => ({ text: '', contact: '', count: '' as number | '', choices: [] as string[] })

beforeEach(() => {
  sessionStorage.clear()
  localStorage.clear()
  setActivePinia(createPinia())
  forgetTyped()
})

function as(name: string): void {
  useSession().current = { name } as Session
}

/** A form that was opened anew, as after a reload. */
const form = (name = 'repair riverside') => effectScope().run(() => useTyped(name, empty))!

describe('what was typed and not sent', () => {
  it('is there again after a reload, for who typed it and in that form alone', () => {
    as('ann')
    Object.assign(form().words, { text: '漏水', count: 3, choices: ['a'] })
    expect(form().words).toEqual({ text: '漏水', contact: '', count: 3, choices: ['a'] })
    expect([form('repair harbour').words.text, hasTyped('repair riverside'), hasTyped('repair harbour')]).toEqual(['', true, false])
    as('bo')
    expect(form().words.text).toBe('')
  })

  it('goes when it was sent, or was emptied by hand', () => {
    as('ann')
    const { words, sent } = form()
    words.text = '漏水'
    sent()
    expect([words.text, hasTyped('repair riverside'), sessionStorage.length]).toEqual(['', false, 0])
    words.text = 'x'
    words.text = ''
    expect(sessionStorage.length).toBe(0)
  })

  it('goes also where its form was taken off the page before the answer came', () => {
    as('ann')
    const scope = effectScope()
    const { words, sent } = scope.run(() => useTyped('restore 7', empty))!
    words.text = '漏水'
    scope.stop()
    sent()
    expect(sessionStorage.length).toBe(0)
  })

  it('follows a form that is about something else now', async () => {
    as('ann')
    const about = ref('a')
    const { words } = effectScope().run(() => useTyped(about, empty))!
    words.text = 'of a'
    about.value = 'b'
    await nextTick()
    expect(words.text).toBe('')
    words.text = 'of b'
    about.value = 'a'
    expect([words.text, takeTyped('ann', 'b')]).toEqual(['of a', { ...empty(), text: 'of b' }])
  })

  it('keeps a note beside each line, and loses only the one that was sent', () => {
    as('ann')
    const notes = () => effectScope().run(() => useTypedNotes('complaints'))!
    Object.assign(notes().words.notes, { a: 'one', b: 'two' })
    notes().sent('a')
    expect(notes().words.notes).toEqual({ b: 'two' })
  })

  it('takes only fields that the form still has, of their kind', () => {
    expect(restored(empty(), { text: 7, contact: ['x'], choices: 'x', gone: 1, count: 2 })).toEqual({ ...empty(), text: 7, count: 2 })
  })

  it('does not stay on a shared machine when who typed it leaves', () => {
    putTyped('ann', 'repair', { contact: '138' })
    localStorage.setItem('gatehouse.typed.ann/phone', JSON.stringify({ at: Date.now(), words: { contact: '138' } }))
    localStorage.setItem('gatehouse.theme', 'dark')
    forgetTyped()
    expect([sessionStorage.length, localStorage.length]).toEqual([0, 1])
  })

  it('leaves the disk when a session ends under somebody’s hands, and comes back with them alone', () => {
    putTyped('ann', 'repair', { contact: '138' })
    putTyped('', 'report K', { text: 'a resident’s' })
    endTyped()
    endTyped()
    expect([JSON.stringify({ ...sessionStorage }).includes('138'), takeTyped('', 'report K')]).toEqual([false, { text: 'a resident’s' }])
    resumeTyped('ann')
    expect(takeTyped('ann', 'repair')).toEqual({ contact: '138' })
    endTyped()
    resumeTyped('bo')
    resumeTyped('ann')
    expect([takeTyped('ann', 'repair'), sessionStorage.length]).toEqual([null, 0])
  })

  it('is bounded in number, length and age', () => {
    for (let i = 0; i < 30; i++) putTyped('ann', `form ${i}`, { i }, 1000 + i)
    putTyped('ann', 'long', { text: 'x'.repeat(20_000) }, 2000)
    expect([sessionStorage.length, takeTyped('ann', 'form 5', 2000), takeTyped('ann', 'form 6', 2000), takeTyped('ann', 'long', 2000)]).toEqual([24, null, { i: 6 }, null])
    expect(takeTyped('ann', 'form 29', 1000 + 25 * HOUR)).toBeNull()
    resumeTyped('ann', 1000 + 25 * HOUR)
    expect(sessionStorage.length).toBe(0)
  })

  it('bears a storage that holds something else', () => {
    sessionStorage.setItem('gatehouse.typed.ann/repair', '{"at": "never", "words": 3')
    expect(takeTyped('ann', 'repair')).toBeNull()
  })
})
