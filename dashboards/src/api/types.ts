/** The cloud's schemas by their names; the shapes themselves are generated (schema.d.ts). */
import type { components } from './schema'

type Schemas = components['schemas']

export type Access = Schemas['Access']
export type Alarm = Schemas['Alarm']
export type AlarmDetail = Schemas['AlarmDetail']
export type AlarmLoad = Schemas['AlarmLoad']
export type AskedOrder = Schemas['AskedOrder']
export type Asset = Schemas['Asset']
export type Attempt = Schemas['Attempt']
export type BlindEquipment = Schemas['BlindEquipment']
export type CardFacts = Schemas['CardFacts']
export type Channel = Schemas['Channel']
export type ChangedChannel = Schemas['ChangedChannel']
export type ChannelKind = Schemas['Kind']
export type Compliance = Schemas['Compliance']
export type Condition = Schemas['Rule']['condition']
export type Equipment = Schemas['Equipment']
export type EquipmentDetail = Schemas['EquipmentDetail']
export type Contact = Schemas['Contact']
export type Delivery = Schemas['Delivery']
export type Drawing = Schemas['Drawing']
export type DrawingDetail = Schemas['DrawingDetail']
export type DutyPost = Schemas['DutyPost']
export type DutyStation = Schemas['DutyStation']
export type Gateway = Schemas['Gateway']
export type GatewayHealth = Schemas['GatewayHealth']
export type GivenInstruction = Schemas['GivenInstruction']
export type LiveLimit = Schemas['LiveLimit']
export type Linkage = Schemas['Linkage']
export type LinkageEffect = Schemas['LinkageEffect']
export type MaintenanceCalendar = Schemas['cloud__maintenance__schemas__Calendar']
export type Matches = Schemas['Matches']
export type NewChannel = Schemas['NewChannel']
export type NewInstruction = Schemas['NewInstruction']
export type NewRoute = Schemas['NewRoute']
export type NewView = Schemas['NewView']
export type NewStation = Schemas['NewStation']
export type Outcome = NonNullable<Schemas['Response']['confirmed_outcome']>
export type PersonContact = Schemas['PersonContact']
export type Place = Schemas['FlatPlace']
export type PointValue = Schemas['PointValue']
export type Priority = Schemas['Priority']
export type Procedure = Schemas['Procedure']
export type Range = Schemas['Range']
export type Round = Schemas['Round']
export type Route = Schemas['Route']
export type Rule = Schemas['Rule']
export type RuleStanding = Schemas['RuleStanding']
export type SeriesAnswer = Schemas['SeriesAnswer']
export type SeriesColumns = Schemas['SeriesColumns']
export type Session = Schemas['Session']
export type Site = Schemas['Site']
export type Statistics = Schemas['Statistics']
export type Step = Schemas['Step']
export type SiteStanding = Schemas['SiteStanding']
export type SystemRow = Schemas['SystemRow']
export type SoundTest = Schemas['SoundTest']
export type TakenDrawing = Schemas['TakenDrawing']
export type Tested = Schemas['Tested']
export type View = Schemas['View']
export type Wire = Schemas['Wire']
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
