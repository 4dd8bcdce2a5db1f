/** The cloud's schemas by their names; the shapes themselves are generated (schema.d.ts). */
import type { components } from './schema'

type Schemas = components['schemas']

export type Alarm = Schemas['Alarm']
export type AlarmDetail = Schemas['AlarmDetail']
export type Condition = Schemas['Rule']['condition']
export type Equipment = Schemas['Equipment']
export type EquipmentDetail = Schemas['EquipmentDetail']
export type Gateway = Schemas['Gateway']
export type Place = Schemas['FlatPlace']
export type PointValue = Schemas['PointValue']
export type Priority = Schemas['Priority']
export type Range = Schemas['Range']
export type Rule = Schemas['Rule']
export type SeriesAnswer = Schemas['SeriesAnswer']
export type SeriesColumns = Schemas['SeriesColumns']
export type Session = Schemas['Session']
export type Site = Schemas['Site']
export type Step = Schemas['Step']
export type WorkOrder = Schemas['WorkOrder']
export type Permission = Schemas['Permission']

export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string | null
}

export type Quality = 'good' | 'uncertain' | 'bad'

/** Changed values in columns, as the stream brings them; times are UTC nanoseconds. */
export interface Values {
  readonly site: string
  readonly points: readonly string[]
  readonly values: readonly (number | null)[]
  readonly qualities: readonly number[]
  readonly reasons: readonly number[]
  readonly times: readonly number[]
}
