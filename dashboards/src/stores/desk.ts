/** What waits at the service desk of the chosen site: call-backs, complaints, stopped supply. */
import { defineStore } from 'pinia'
import { desk } from '@/api/desk'
import { useReading } from './reading'

export const useDesk = defineStore('desk', () => {
  const reading = useReading('order:dispatch', everything, 20_000)

  async function everything(site: string) {
    const [callBacks, complaints, supply, trades] = await Promise.all([desk.callBacks(site), desk.complaints(site, true), desk.supply(site, true), desk.trades(site)])
    return { callBacks, complaints, supply, trades }
  }

  return reading
})
