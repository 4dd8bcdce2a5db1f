/** The name plate of an equipment in words: what its type calls each figure, the figure as it was given, its unit. */
import type { EquipmentDetail } from '@/api/types'
import { ownDecimals } from '@/format/beside'
import { quantity } from '@/format/number'
import type { BothLanguages } from '@/i18n/language'

/** The one figure that answers yes or no. */
const ANSWERS = 'direct_on_line'
const MOST_DECIMALS = 4

interface Words {
  readonly named: (text: BothLanguages) => string
  /** Our own word of a figure. */
  readonly word: (figure: string) => string
  readonly yes: (is: boolean) => string
}

/** Texts like `额定功率 3 kW`, in the order of the plate. */
export function plateTexts(equipment: Pick<EquipmentDetail, 'rated' | 'rated_figures'>, words: Words): string[] {
  const figures = new Map(equipment.rated_figures.map((figure) => [figure.id, figure]))
  const inOrder = [...figures.keys(), ...Object.keys(equipment.rated).filter((id) => !figures.has(id))]
  return inOrder.flatMap((id) => {
    const value = equipment.rated[id]
    if (value === undefined) return []
    if (id === ANSWERS) return [`${words.word(id)} ${words.yes(value === 1)}`]
    const figure = figures.get(id)
    return [`${figure ? words.named(figure.name) : words.word(id)} ${quantity(value, ownDecimals(value, MOST_DECIMALS), figure?.unit ?? '1')}`]
  })
}
