/** What an energy page is asked for, in its address: the month and the meter, so that a page can be sent to somebody. */
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useTimes } from '@/format/times'
import { useClock } from '@/stores/clock'
import { useEnergyMeters } from '@/stores/energy_meters'

const MONTH = /^20\d\d-(0[1-9]|1[0-2])$/

export function useAsked() {
  const route = useRoute()
  const router = useRouter()
  const times = useTimes()
  const clock = useClock()
  const meters = useEnergyMeters()
  const word = (name: string) => (typeof route.query[name] === 'string' ? route.query[name] : '')
  const today = computed(() => times.day(clock.now))
  const thisMonth = computed(() => today.value.slice(0, 7))

  function ask(query: Readonly<Record<string, string | undefined>>): void {
    void router.replace({ query: { ...route.query, ...query } })
  }

  return {
    word,
    ask,
    today,
    thisMonth,
    month: computed(() => (MONTH.test(word('month')) ? word('month') : thisMonth.value)),
    /** The asked meter, else the first that enters the site; empty until the meters are known. */
    meter: computed(() => (meters.byId.has(word('meter')) ? word('meter') : (meters.roots[0]?.id ?? meters.list[0]?.id ?? ''))),
  }
}

/** The first and last local day of a month. */
export function daysOfMonth(month: string): { readonly first: string; readonly last: string } {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return { first: `${month}-01`, last: `${month}-${String(new Date(Date.UTC(year, number, 0)).getUTCDate()).padStart(2, '0')}` }
}
