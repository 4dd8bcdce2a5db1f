/** A month as a grid of local days, Monday first, each with what is due on it. */
import type { MaintenanceCalendar } from '@/api/types'
import { day } from '@/format/time'

export type Task = MaintenanceCalendar['tasks'][number]

export interface Day {
  /** `2026-11-01` */
  readonly date: string
  readonly inMonth: boolean
  readonly tasks: readonly Task[]
}

/** `2026-11` of a moment, in the site's zone. */
export function monthOf(at: number, zone: string): string {
  return day(at, zone).slice(0, 7)
}

export function moved(month: string, by: number): string {
  const [year = 2000, number = 1] = month.split('-').map(Number)
  const all = year * 12 + number - 1 + by
  return `${Math.floor(all / 12)}-${String((all % 12) + 1).padStart(2, '0')}`
}

const plus = (date: string, days: number) => new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** The dates of the whole weeks that hold the month. */
export function dates(month: string): string[] {
  const first = `${month}-01`
  const weekday = (new Date(`${first}T00:00:00Z`).getUTCDay() + 6) % 7
  const next = `${moved(month, 1)}-01`
  const start = plus(first, -weekday)
  const found: string[] = []
  for (let date = start; date < next || found.length % 7; date = plus(date, 1)) found.push(date)
  return found
}

export function daysOf(month: string, tasks: readonly Task[], zone: string): Day[] {
  const byDate = Map.groupBy(tasks, (task) => day(Date.parse(task.due_at), zone))
  return dates(month).map((date) => ({ date, inMonth: date.startsWith(month), tasks: byDate.get(date) ?? [] }))
}

/** Whether somebody must do something about it now. */
export function isLate(task: Task): boolean {
  return task.verdict === 'overdue'
}
