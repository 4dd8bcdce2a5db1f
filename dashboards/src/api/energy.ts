/** The cloud's paths of meters and energy, each with its answer's type. */
import { get, path } from './client'
import type { components } from './schema'
import type { Page } from './types'

type Schemas = components['schemas']
export type Apportioned = Schemas['Apportioned']
export type Carpet = Schemas['Carpet']
export type DataQuality = Schemas['DataQuality']
export type DayBand = Schemas['DayBand']
export type EnergyMonth = Schemas['EnergyMonth']
export type Intervals = Schemas['IntervalsAnswer']
export type Meter = Schemas['MeterView']
export type MeterQuality = Schemas['MeterQuality']
export type MeterTree = Schemas['MeterTree']
export type MonthFigure = Schemas['MonthFigure']
export type RegisterEvent = Schemas['RegisterEvent']
export type Restatement = Schemas['RestatementView']
export type Sum = Schemas['Sum']
export type Temperatures = Schemas['Temperatures']
export type TreeNode = Schemas['TreeNode']

/** Local days, both included: `2026-11-01`. */
export interface Days {
  readonly first: string
  readonly last: string
}

const id = encodeURIComponent

export const energy = {
  meters: async (site: string) => (await get<Page<Meter>>('/meters', { site })).items,
  month: (site: string, month: string) => get<EnergyMonth>(`/energy/months/${id(month)}`, { site }),
  figures: async (site: string, month: string, scope: readonly string[] = []) => (await get<{ readonly items: readonly MonthFigure[] }>(`/energy-months/${id(site)}`, { month, scope })).items,
  reportFile: (site: string, kind: 'xlsx' | 'pdf', month: string, language: string) => path(`/energy-reports/${id(site)}/${kind}`, { month, language }),
}
