/** The cloud's paths of meters and energy, each with its answer's type. */
import { get, path } from './client'
import type { components } from './schema'
import type { Page } from './types'

type Schemas = components['schemas']
export type Apportioned = Schemas['Apportioned']
export type BaselineList = Schemas['BaselineList']
export type Breakdown = Schemas['MonthBreakdown']
export type Carpet = Schemas['Carpet']
export type ComparedAmounts = Schemas['ComparedAmounts']
export type DataQuality = Schemas['DataQuality']
export type DayBand = Schemas['DayBand']
export type EnergyMonth = Schemas['EnergyMonth']
export type Line = Schemas['Line']
export type Meter = Schemas['MeterView']
export type MeterMonth = Schemas['MeterMonth']
export type MeterQuality = Schemas['MeterQuality']
export type MeterTree = Schemas['MeterTree']
export type MonthFigure = Schemas['MonthFigure']
export type MonthWeather = Schemas['MonthWeather']
export type RegisterEvent = Schemas['RegisterEvent']
export type Restatement = Schemas['RestatementView']
export type Saving = Schemas['SavingBody']
export type Sum = Schemas['Sum']
export type TreeNode = Schemas['TreeNode']

/** Local days, both included: `2026-11-01`. */
export interface Days {
  readonly first: string
  readonly last: string
}

const id = encodeURIComponent
const LOG = 50

export const energy = {
  meters: async (site: string) => (await get<Page<Meter>>('/meters', { site })).items,
  month: (site: string, month: string) => get<EnergyMonth>(`/energy/months/${id(month)}`, { site }),
  figures: async (site: string, month: string, scope: readonly string[] = []) => (await get<{ readonly items: readonly MonthFigure[] }>(`/energy-months/${id(site)}`, { month, scope })).items,
  breakdown: (site: string, month: string) => get<Breakdown>(`/energy-months/${id(site)}/breakdown`, { month }),
  weather: (site: string, month: string) => get<MonthWeather>(`/energy-months/${id(site)}/weather`, { month }),
  carpet: (site: string, meter: string, days: Days, step: 'quarter' | 'hour') => get<Carpet>('/energy/carpet', { site, meter, ...days, step }),
  tree: (site: string, days: Days) => get<MeterTree>('/energy/tree', { site, ...days }),
  quality: (site: string, days: Days) => get<DataQuality>('/energy/data-quality', { site, ...days }),
  restatements: (site: string, after?: string) => get<Page<Restatement>>('/energy/restatements', { site, after, limit: LOG }),
  rules: async (site: string) => (await get<Page<Apportioned['rule']>>('/apportionments', { site })).items,
  apportioned: (site: string, rule: string, days: Days) => get<Apportioned>(`/energy/apportionments/${id(rule)}`, { site, ...days }),
  baselines: (site: string) => get<BaselineList>(`/baselines/${id(site)}`),
  saving: (site: string, meter: string, days: Days) => get<Saving>(`/baselines/${id(site)}/${id(meter)}/saving`, { from: days.first, to: days.last }),
  dayBand: (site: string, meter: string, day: string) => get<DayBand>(`/baselines/${id(site)}/${id(meter)}/day`, { day }),
  reportFile: (site: string, kind: 'xlsx' | 'pdf', month: string, language: string) => path(`/energy-reports/${id(site)}/${kind}`, { month, language }),
}
