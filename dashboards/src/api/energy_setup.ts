/** The cloud's paths that set up energy: meters, areas, shares, factors, weather, each with its answer's type. */
import { get, post, put, remove } from './client'
import type { Apportioned, Days } from './energy'
import type { components } from './schema'

type Schemas = components['schemas']
export type EnergySettings = Schemas['HeldSettings']
export type Factor = Schemas['Factor-Output']
export type MeterSet = Schemas['MeterSet']
export type MeterSettings = MeterSet['settings']
export type MeterTaken = Schemas['MeterTaken']
export type Rule = Apportioned['rule']
export type Temperatures = Schemas['Temperatures']
export type TakenHours = Schemas['Taken']
export type Use = Schemas['UseView']
type Said = Readonly<Record<string, unknown>>

const id = encodeURIComponent
const settings = (site: string) => `/energy-settings/${id(site)}`

export const setup = {
  uses: () => get<readonly Use[]>('/meter-uses'),
  meter: (site: string, meter: string) => get<MeterSet>(`/meters/${id(meter)}/settings`, { site }),
  putMeter: (site: string, meter: string, body: Said, dryRun = false) => put<MeterTaken>(`/meters/${id(meter)}`, body, { site, dry_run: dryRun }),
  removeMeter: (site: string, meter: string) => remove(`/meters/${id(meter)}`, { site }),

  settings: (site: string) => get<EnergySettings>(settings(site)),
  /** `version`: of the part as it was read; the cloud answers 409 where somebody has changed it since. */
  putAreas: (site: string, area_m2: Said, version: string) => put<unknown>(`${settings(site)}/areas`, { area_m2, version }),
  shippedFactors: () => get<readonly Factor[]>('/energy-factors'),
  putFactors: (site: string, factors: readonly Said[], version: string) => put<unknown>(`${settings(site)}/factors`, { factors, version }),
  putWeather: (site: string, weather: string | null, version: string) => put<unknown>(`${settings(site)}/weather`, { weather, version }),
  temperatures: (site: string, from: string, to: string) => get<Temperatures>(`${settings(site)}/temperatures`, { from, to }),
  importTemperatures: (site: string, file: Blob, dryRun: boolean) => post<TakenHours>(`${settings(site)}/temperatures/csv`, new Blob([file], { type: 'text/csv' }), { dry_run: dryRun }),

  tryRule: (site: string, rule: Said, days: Days) => post<Apportioned>('/apportionments/try', rule, { site, ...days }),
  putRule: (site: string, rule: Said & { readonly id: string }) => put<unknown>(`/apportionments/${id(rule.id)}`, rule, { site }),
  removeRule: (site: string, rule: string) => remove(`/apportionments/${id(rule)}`, { site }),
}
