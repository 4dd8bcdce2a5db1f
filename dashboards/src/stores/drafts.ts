/** What people have begun to answer, kept by alarm until it is sent. */
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { AnswerKind } from '@/api/answer'
import { EMPTY_DRAFT, type Draft } from './answers'

const EMPTIED: Partial<Record<AnswerKind, Partial<Draft>>> = {
  confirm: { outcome: '', found: '' },
  comment: { text: '' },
  assign: { to: '' },
  shelve: { shelving: '', seconds: EMPTY_DRAFT.seconds },
  reset: { reset: '' },
}

export const useDrafts = defineStore('drafts', () => {
  const drafts = shallowReactive(new Map<string, Draft>())

  const of = (alarm: string): Draft => drafts.get(alarm) ?? EMPTY_DRAFT
  const put = (alarm: string, draft: Draft) => drafts.set(alarm, draft)

  /** The cloud took it: only this answer's words go. */
  function sent(alarm: string, kind: AnswerKind): void {
    put(alarm, { ...of(alarm), open: null, ...EMPTIED[kind] })
  }

  return { of, put, sent }
})
