/** A "no" of the cloud, or no answer at all, with what to tell the person. */
import type { Key } from '@/i18n/language'

const KNOWN = [401, 403, 404, 409, 422, 429]

/** One thing that is wrong with what was sent. */
export interface Mistake {
  /** The place in the body: `body.bill.lines.0.amount`; empty where the cloud names none. */
  readonly where: string
  /** The line of a file; 0 where there was no file. */
  readonly line: number
  readonly says: string
}

export class Problem extends Error {
  constructor(
    /** HTTP status; 0 where there was no answer, -1 where it came too late. */
    readonly status: number,
    /** What the cloud says was wrong with this request; may be empty. */
    readonly detail: string,
    /** Each mistake by itself, where the cloud tells them apart. */
    readonly mistakes: readonly Mistake[] = [],
  ) {
    super(`${status} ${detail}`)
    this.name = 'Problem'
  }

  /** What happened. */
  get title(): Key {
    return `error.${this.kind}` as Key
  }

  /** What to do. */
  get remedy(): Key {
    return `error.${this.kind}.do` as Key
  }

  /** What is wrong at one place of the body, the last words of its path: `price`, `lines.0.amount`. */
  at(place: string): string {
    return this.mistakes.find(({ where }) => where === place || where.endsWith(`.${place}`))?.says ?? ''
  }

  private get kind(): string {
    if (this.status === 0) return 'network'
    if (this.status === -1) return 'timeout'
    if (this.status >= 500) return '500'
    return KNOWN.includes(this.status) ? String(this.status) : 'other'
  }
}

/** Any thrown thing as a Problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof DOMException && error.name === 'TimeoutError') return new Problem(-1, '')
  return new Problem(0, error instanceof Error ? error.message : '')
}
