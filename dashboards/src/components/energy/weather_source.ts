/** Who knew the outdoor temperature, in words: the cloud names stations by their ids, and `sent`. */
import { useLanguage } from '@/i18n/language'
import { useEquipment } from '@/stores/equipment'

export function useSourceWords(): (source: string) => string {
  const { t, named } = useLanguage()
  const equipment = useEquipment()
  const nameOf = (id: string) => (id === 'sent' ? t('energy.weather.sent') : named(equipment.items.get(id)?.name) || id)
  return (source) => source.split(', ').filter(Boolean).map(nameOf).join(t('setup.and'))
}
