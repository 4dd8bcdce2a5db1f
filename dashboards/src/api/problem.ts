/** A "no" of the cloud, or no answer at all, with what to tell the person. */
import type { Key } from '@/i18n/language'

const KNOWN = [401, 403, 404, 409, 422, 429]

export class Problem extends Error {
  constructor(
    /** HTTP status; 0 where there was no answer, -1 where it came too late. */
    readonly status: number,
    /** What the cloud says was wrong with this request; may be empty. */
    readonly detail: string,
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
