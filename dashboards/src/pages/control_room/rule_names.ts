/** An alarm by its names: statistics speak of equipment and rule by their ids only. */
import { useLanguage } from '@/i18n/language'
import { useEquipment } from '@/stores/equipment'

export function useRuleNames() {
  const equipment = useEquipment()
  const { named } = useLanguage()
  const asked = new Set<string>()

  /** Ask for the rules of an equipment, once. */
  function learn(id: string): void {
    if (asked.has(id) || equipment.details.has(id) || !equipment.items.has(id)) return
    asked.add(id)
    void equipment.loadDetail(id).catch(() => undefined)
  }

  /** `1号给水泵 · 水泵空转`; ids where the equipment is no longer known. */
  function nameOf(id: string, instance: string, rule: string): string {
    const detail = equipment.details.get(id)
    const address = named(detail?.instances.find((each) => each.id === instance)) || instance
    const words = named(detail?.rules.find((each) => each.id === rule)?.name) || rule.replaceAll('_', ' ')
    return [named(equipment.items.get(id)?.name) || id, address, words].filter(Boolean).join(' · ')
  }

  return { learn, nameOf }
}
