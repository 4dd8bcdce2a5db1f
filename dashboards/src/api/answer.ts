/** What people answer to an alarm: the path's last word and its body. */
import type { Outcome } from './types'

export type Answer =
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'confirm'; readonly outcome: Outcome; readonly found: string }
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'assign'; readonly to: string }
  | { readonly kind: 'shelve'; readonly reason: string; readonly seconds: number }
  | { readonly kind: 'unshelve' }
  | { readonly kind: 'reset'; readonly reason: string }
  | { readonly kind: 'close' }
export type AnswerKind = Answer['kind']
