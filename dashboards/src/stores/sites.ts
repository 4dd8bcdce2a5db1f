/** The sites that this person sees, the chosen one, and its places. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { cloud } from '@/api/cloud'
import type { Place, Site } from '@/api/types'
import type { Language } from '@/i18n/language'

const KEPT = 'gatehouse.site'
const SEPARATOR = ' · '

export const useSites = defineStore('sites', () => {
  const list = ref<Site[]>([])
  const chosen = ref(localStorage.getItem(KEPT) ?? '')
  const current = computed(() => list.value.find((site) => site.id === chosen.value) ?? list.value[0])
  const id = computed(() => current.value?.id ?? '')
  const zone = computed(() => current.value?.timezone ?? 'Asia/Shanghai')
  const places = computed(() => new Map(current.value?.places.map((place) => [place.id, place])))

  async function load(): Promise<void> {
    list.value = await cloud.sites()
  }

  function choose(site: string): void {
    chosen.value = site
    localStorage.setItem(KEPT, site)
  }

  /** From the outermost below the site itself to the place: `1号楼 · 地下一层 · 水泵房`. */
  function placeName(place: string | null, language: Language): string {
    const names: string[] = []
    let here: Place | undefined = place ? places.value.get(place) : undefined
    const seen = new Set<string>()
    while (here && !seen.has(here.id)) {
      seen.add(here.id)
      if (here.parent || !names.length) names.unshift(here[language])
      here = here.parent ? places.value.get(here.parent) : undefined
    }
    return names.join(SEPARATOR) || (place ?? '')
  }

  /** The fire zone of a place: its own, or that of the place around it. */
  function zoneOf(place: string | null): string | null {
    let here: Place | undefined = place ? places.value.get(place) : undefined
    for (let depth = 0; here && depth < places.value.size; depth++) {
      if (here.zone) return here.zone
      here = here.parent ? places.value.get(here.parent) : undefined
    }
    return null
  }

  const zones = computed(() => new Set(current.value?.places.map((place) => place.zone)))
  const isZone = (name: string) => zones.value.has(name)

  return { list, current, id, zone, load, choose, placeName, zoneOf, isZone }
})
