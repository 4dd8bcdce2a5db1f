/** Rooms as people paste them from a sheet: room, name, telephone, place, a tab or comma between. */
import type { NewRoom } from '@/api/desk'

export interface Pasted {
  readonly rooms: readonly NewRoom[]
  /** Line numbers (from 1) that name no room, or a place that there is not. */
  readonly wrong: readonly number[]
}

/** `placeOf`: the id of a place by its name or id, null where there is none. */
export function pasted(text: string, placeOf: (name: string) => string | null): Pasted {
  const rooms: NewRoom[] = []
  const wrong: number[] = []
  text.split(/\r?\n/).forEach((line, i) => {
    if (!line.trim()) return
    const [number = '', occupant = '', contact = '', where = ''] = line.split(/[\t,，;]/).map((cell) => cell.trim())
    const place = where ? placeOf(where) : null
    if (!/[\p{L}\p{N}]/u.test(number) || number.includes('/') || (where && !place)) wrong.push(i + 1)
    else rooms.push({ number, occupant, contact, place })
  })
  return { rooms, wrong }
}
