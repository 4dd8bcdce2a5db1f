/** The cloud's schemas by their names; the shapes themselves are generated (schema.d.ts). */
import type { components } from './schema'

type Schemas = components['schemas']

export type Access = Schemas['Access']
export type Alarm = Schemas['Alarm']
export type AlarmDetail = Schemas['AlarmDetail']
export type AlarmLoad = Schemas['AlarmLoad']
export type Attempt = Schemas['Attempt']
export type CardFacts = Schemas['CardFacts']
export type Channel = Schemas['Channel']
export type ChangedChannel = Schemas['ChangedChannel']
export type ChannelKind = Schemas['Kind']
export type Condition = Schemas['Rule']['condition']
export type Equipment = Schemas['Equipment']
export type EquipmentDetail = Schemas['EquipmentDetail']
export type Contact = Schemas['Contact']
export type Delivery = Schemas['Delivery']
export type DutyPost = Schemas['DutyPost']
export type Gateway = Schemas['Gateway']
export type Linkage = Schemas['Linkage']
export type LinkageEffect = Schemas['LinkageEffect']
export type NewChannel = Schemas['NewChannel']
export type NewRoute = Schemas['NewRoute']
export type Outcome = NonNullable<Schemas['Response']['confirmed_outcome']>
export type Place = Schemas['FlatPlace']
export type PointValue = Schemas['PointValue']
export type Priority = Schemas['Priority']
export type Procedure = Schemas['Procedure']
export type Range = Schemas['Range']
export type Round = Schemas['Round']
export type Route = Schemas['Route']
export type Rule = Schemas['Rule']
export type SeriesAnswer = Schemas['SeriesAnswer']
export type SeriesColumns = Schemas['SeriesColumns']
export type Session = Schemas['Session']
export type Site = Schemas['Site']
export type Statistics = Schemas['Statistics']
export type Step = Schemas['Step']
export type Tested = Schemas['Tested']
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
