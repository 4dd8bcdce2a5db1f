/** What the control room reads besides alarms: rounds, doors, and the load of the day. */
import { defineStore } from 'pinia'
import { cloud } from '@/api/cloud'
import { useReading } from './reading'

export const useRounds = defineStore('rounds', () => useReading('patrol:read', cloud.rounds, 20_000))
export const useAccess = defineStore('access', () => useReading('access:read', cloud.access, 5_000))
export const useStatistics = defineStore('statistics', () => useReading('alarm:read', cloud.statistics, 60_000))
