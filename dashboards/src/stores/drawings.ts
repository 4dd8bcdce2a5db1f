/** The drawings of the chosen site: which places have one, and the one that is looked at. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { cloud } from '@/api/cloud'
import type { DrawingDetail, TakenDrawing } from '@/api/types'
import { useReading } from './reading'
import { useSites } from './sites'

export const useDrawings = defineStore('drawings', () => {
  const sites = useSites()
  const reading = useReading('site:read', cloud.drawings, 300_000)
  const shown = shallowRef<DrawingDetail | null>(null)

  /** Null: back to the plan of all buildings. */
  async function show(place: string | null): Promise<void> {
    shown.value = place === null ? null : await cloud.drawing(sites.id, place)
  }

  async function put(place: string, svg: string): Promise<TakenDrawing> {
    const taken = await cloud.putDrawing(sites.id, place, svg)
    await Promise.all([reading.load(), show(place)])
    return taken
  }

  async function remove(place: string): Promise<void> {
    await cloud.removeDrawing(sites.id, place)
    shown.value = null
    await reading.load()
  }

  return { ...reading, shown, show, put, remove }
})
