import { expect, it } from 'vitest'
import { plateTexts } from './name_plate'

const zh = { named: (text: { zh: string }) => text.zh, word: (figure: string) => `词${figure}`, yes: (is: boolean) => (is ? '是' : '否') }
const named = (text: string) => ({ zh: text, en: text })

it('names each figure as its type does, with its own digits and its unit', () => {
  const rated_figures = [
    { id: 'power', name: named('额定功率'), unit: 'kW' },
    { id: 'flow', name: named('额定流量'), unit: 'm3/h' },
    { id: 'poles', name: named('电机极数'), unit: '1' },
    { id: 'direct_on_line', name: named('直接启动(1为是)'), unit: '1' },
    { id: 'current', name: named('额定电流'), unit: 'A' },
  ]
  expect(plateTexts({ rated: { direct_on_line: 1, flow: 12, poles: 4, power: 6.25 }, rated_figures }, zh)).toEqual([
    '额定功率 6.25 kW', '额定流量 12 m³/h', '电机极数 4', '词direct_on_line 是',
  ])
})

it('shows what a gateway says that does not name its figures yet', () => {
  expect(plateTexts({ rated: { power: 4, direct_on_line: 0 }, rated_figures: [] }, zh)).toEqual(['词power 4', '词direct_on_line 否'])
})
