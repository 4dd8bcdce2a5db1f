/** The electricity meter that a page of money is about: the asked one, else the first that enters the site. */
import { computed, onUnmounted } from 'vue'
import { useAsked } from '@/pages/energy/asked'
import { useEnergyMeters } from '@/stores/energy_meters'

export function useElectricity() {
  const meters = useEnergyMeters()
  const { meter: asked, word } = useAsked()
  onUnmounted(meters.watch())
  const electric = computed(() => meters.list.filter((each) => each.unit === 'kW.h'))
  const meter = computed(() => (meters.byId.get(asked.value)?.unit === 'kW.h' ? asked.value : (electric.value[0]?.id ?? '')))
  /** The meters are read, and none counts electricity. */
  const none = computed(() => meters.value !== null && !electric.value.length)
  return { meters, meter, electric, none, word }
}
