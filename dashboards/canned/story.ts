/** The story that the canned cloud tells, and the forms of its answers. */
import type { Building } from './building.ts'

export interface Story {
  building: Building
  loggedIn: boolean
  /** Status with which the next unsafe call fails; 0: none. */
  failing: number
  cut: boolean
  acknowledged: string[]
  reset(): void
  say(name: string, data: unknown): void
  cutStream(): void
  live(seconds: number): Promise<void>
}

export interface Said {
  readonly status: number
  readonly body: unknown
}

export type Answer = Said | 'stream' | 'cut'
export type Handler = (story: Story, found: RegExpMatchArray, url: URL, body: unknown) => Answer

export const ok = (body: unknown, status = 200): Said => ({ status, body })
export const list = (items: readonly unknown[]): Said => ok({ items, next: null })
export const no = (status: number, detail: string): Said => ok({ type: '/problems/canned', title: 'No', zh: '不行', status, detail }, status)
export const missing = (what: string) => no(404, `there is no ${what}`)
