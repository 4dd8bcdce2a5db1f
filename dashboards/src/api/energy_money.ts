/** The cloud's paths of tariffs, bills, targets, waste, readings by hand and baselines, each with its answer's type. */
import { get, post, put, remove, type Query } from './client'
import type { Days } from './energy'
import type { components } from './schema'
import type { Page } from './types'

type Schemas = components['schemas']
export type Band = Schemas['Band']
export type Basic = Schemas['Basic']
export type Baseline = Schemas['BaselineBody']
export type BaselineList = Schemas['BaselineList']
export type Bill = Schemas['BillBody']
export type BillLine = Schemas['BillLine']
export type CheckedBill = Schemas['CheckedBill']
export type Choices = Schemas['Choices']
export type ComparedLine = Schemas['ComparedLine']
export type Contract = Schemas['Contract-Output']
export type Demand = Schemas['Demand']
export type FileTaken = Schemas['FileTaken']
export type Finding = Omit<Schemas['Finding'], 'type'>
export type Looked = Schemas['Looked']
export type MeterContracts = Schemas['MeterContracts']
export type Prices = Schemas['Prices-Output']
export type Proposal = Schemas['cloud__energy_targets__schemas__Proposal']
export type Reading = Schemas['MeterReading']
export type Rectification = Schemas['Rectification']
export type Refusal = Schemas['RefusalBody']
export type Replacement = Schemas['ReplacementView']
export type Saving = Schemas['SavingBody']
export type Shape = Schemas['Shape-Output']
export type ShapeRule = Shape['rules'][number]
export type Stack = Schemas['TariffStack']
export type StoredTarget = Schemas['StoredTarget']
export type StoredTariff = Schemas['StoredTariff']
export type TakenReading = Schemas['TakenReading']
export type Target = Proposal['targets'][number]
export type Tariff = Schemas['Tariff-Output']
export type TariffList = Schemas['TariffList']
export type TaskState = Rectification['state']
export type Said = Readonly<Record<string, unknown>>

/** What was read besides the energy: kW, kvarh as typed. */
export interface Besides {
  readonly demand_kw?: string | undefined
  readonly reactive_kvarh?: string | undefined
}

const id = encodeURIComponent
const items = async <T>(route: string, query: Query = {}) => (await get<Page<T>>(route, query)).items
const span = ({ first, last }: Days) => ({ from: first, to: last })

export const money = {
  bill: (site: string, meter: string, days: Days, besides: Besides = {}) => get<Bill>(`/bills/${id(site)}`, { meter, ...span(days), ...besides }),
  stack: (site: string, meter: string, days: Days) => get<Stack>(`/bills/${id(site)}/stack`, { meter, ...span(days) }),
  choices: (site: string, meter: string, year: number, reactive?: string) => get<Choices>(`/bills/${id(site)}/choices`, { meter, year, reactive_kvarh: reactive }),
  check: (site: string, body: Said) => post<CheckedBill>(`/bills/${id(site)}/checks`, body),
  checks: (site: string, meter: string) => items<CheckedBill>(`/bills/${id(site)}/checks`, { meter }),

  tariffs: (site: string) => get<TariffList>('/tariffs', { site }),
  revisions: (site: string, tariff: string) => items<StoredTariff>(`/tariffs/${id(site)}/${id(tariff)}/revisions`),
  putTariff: (site: string, tariff: Tariff, restates: string) => put<StoredTariff>(`/tariffs/${id(site)}/${id(tariff.id)}`, { tariff, restates }),
  contracts: (site: string) => items<MeterContracts>('/supply-contracts', { site }),
  putContracts: (site: string, meter: string, contracts: readonly Said[]) => put<unknown>(`/supply-contracts/${id(site)}/${id(meter)}`, { contracts }),

  demand: (site: string, meter: string, days: Days) => get<Demand>('/energy/demand', { site, meter, ...days }),

  waste: (site: string) => items<Finding>(`/waste/${id(site)}`),
  look: (site: string, days: Days) => post<Looked>(`/waste/${id(site)}/look`, span(days)),
  orderFor: (site: string, finding: string, body: Said) => post<Finding>(`/waste/${id(site)}/${id(finding)}/work-order`, body),
  repaired: (site: string, finding: string, on: string) => post<Finding>(`/waste/${id(site)}/${id(finding)}/repaired`, { on }),
  closeWaste: (site: string, finding: string) => post<unknown>(`/waste/${id(site)}/${id(finding)}/close`),

  targets: (site: string, year: number) => items<StoredTarget>(`/energy-targets/${id(site)}`, { year }),
  putTargets: (site: string, targets: readonly Said[], restates: string) => put<unknown>(`/energy-targets/${id(site)}`, { targets, restates }),
  breakDown: (site: string, body: Said) => post<Proposal>(`/energy-targets/${id(site)}/breakdown`, body),
  tasks: (site: string) => items<Rectification>('/rectifications', { site }),
  answerTask: (task: string, body: Said) => post<Rectification>(`/rectifications/${id(task)}`, body),

  readings: (site: string, meter?: string) => items<Reading>('/meter-readings', { site, meter, limit: 100 }),
  enter: (body: Said) => post<TakenReading>('/meter-readings', body),
  importReadings: (site: string, file: Blob, dryRun: boolean, sure: boolean) => post<FileTaken>('/meter-readings/csv', new Blob([file], { type: 'text/csv' }), { site, dry_run: dryRun, sure }),
  voidReading: (reading: string) => remove(`/meter-readings/${id(reading)}`),
  replacements: (site: string, meter: string) => items<Replacement>(`/meters/${id(meter)}/replacements`, { site }),
  replace: (meter: string, body: Said) => post<{ readonly restated: number }>(`/meters/${id(meter)}/replacements`, body),
  undoReplacement: (replacement: string) => remove(`/meter-replacements/${id(replacement)}`),
  setPeriod: (site: string, meter: string, seconds: number | null) => put<unknown>(`/meters/${id(meter)}/reading-period`, { reading_period: seconds }, { site }),

  baselines: (site: string) => get<BaselineList>(`/baselines/${id(site)}`),
  putBaseline: (site: string, meter: string, body: Said) => put<Baseline>(`/baselines/${id(site)}/${id(meter)}`, body),
  removeBaseline: (site: string, meter: string) => remove(`/baselines/${id(site)}/${id(meter)}`),
  saving: (site: string, meter: string, days: Days) => get<Saving>(`/baselines/${id(site)}/${id(meter)}/saving`, span(days)),
}
