/** How the canned machines are: a pump that takes more energy than before, a lift that was out of service. */
import type { Figure, MachineCondition } from '../src/api/types'
import type { Building } from './building.ts'

type Told = Pick<Figure, 'id' | 'value' | 'unit' | 'decimals' | 'verdict' | 'limit'> & { readonly words: readonly [string, string]; readonly says: readonly [string, string]; readonly points: readonly string[] }

const PUMP = (worn: boolean): Told[] => [
  { id: 'specific_energy', words: ['单位水量电耗', 'Energy for each m³'], value: worn ? 0.412 : 0.318, unit: 'kW.h/m3', decimals: 3, verdict: worn ? 'attention' : 'good', limit: 0.366, points: ['power', 'flow'], says: worn ? ['近 7 天 0.412,之前 0.318,高 30 %', 'The last 7 days 0.412, before 0.318: 30 % more'] : ['与之前相同', 'As before'] },
  { id: 'efficiency', words: ['泵组总效率', 'Efficiency, wire to water'], value: worn ? 47.7 : 61.8, unit: '%', decimals: 1, verdict: 'good', limit: 30, points: ['power', 'flow', 'discharge_pressure'], says: worn ? ['之前 61.8 %', 'Before it was 61.8 %'] : ['良好', 'Good'] },
  { id: 'starts_per_hour', words: ['每小时启动次数', 'Starts in an hour'], value: null, unit: '1', decimals: 0, verdict: 'unknown', limit: null, points: ['starts'], says: ['铭牌未注明直接启动', 'The name plate does not say direct on line'] },
  { id: 'balance', words: ['主备均衡', 'Balance of the set'], value: worn ? 63 : 37, unit: '%', decimals: 0, verdict: worn ? 'attention' : 'good', limit: null, points: ['starts'], says: worn ? ['近 7 天启动 92 次,2号泵 61 次,多 51 %', '92 starts in 7 days, pump 2 had 61: 51 % more'] : ['近 7 天启动 61 次', '61 starts in 7 days'] },
  { id: 'night_flow', words: ['夜间流量', 'Flow at night'], value: 1.24, unit: 'm3/h', decimals: 2, verdict: 'good', limit: 1.77, points: ['flow'], says: ['之前各夜中位数 1.18', 'The median of the nights before is 1.18'] },
  { id: 'run_hours', words: ['运行小时', 'Run hours'], value: 391.4, unit: 'h', decimals: 1, verdict: 'told', limit: null, points: ['running'], says: ['日均 13.0 小时', '13.0 h a day'] },
]
const LIFT = (out: boolean): Told[] => [
  { id: 'availability', words: ['可用率', 'Availability'], value: out ? 97.31 : 99.94, unit: '%', decimals: 2, verdict: out ? 'attention' : 'good', limit: 99, points: ['mode'], says: out ? ['停用 19 小时 22 分', '19 h 22 min out of service'] : ['停用 26 分', '26 min out of service'] },
  { id: 'out_of_service', words: ['停用时间', 'Out of service'], value: out ? 1162 : 26, unit: 'min', decimals: 0, verdict: 'told', limit: null, points: ['mode'], says: out ? ['3 次停用', 'Out of service 3 times'] : ['1 次停用', 'Out of service once'] },
  { id: 'reversals', words: ['每千次反复开门', 'Reversals per 1,000 cycles'], value: 7.8, unit: '1', decimals: 1, verdict: 'told', limit: null, points: ['door_reversals', 'door_cycles'], says: ['与上月相近', 'As last month'] },
  { id: 'mtbf', words: ['平均无故障时间', 'MTBF'], value: out ? 212 : null, unit: 'h', decimals: 0, verdict: out ? 'told' : 'unknown', limit: null, points: ['mode'], says: out ? ['3 次故障', '3 failures'] : ['没有故障', 'No failures'] },
  { id: 'mttr', words: ['平均修复时间', 'MTTR'], value: out ? 6.5 : null, unit: 'h', decimals: 1, verdict: out ? 'told' : 'unknown', limit: null, points: ['mode'], says: out ? ['3 次故障', '3 failures'] : ['没有故障', 'No failures'] },
  { id: 'trips', words: ['运行次数', 'Trips'], value: 8_412, unit: '1', decimals: 0, verdict: 'told', limit: null, points: ['trips'], says: ['日均 280 次', '280 a day'] },
]

function figure(site: string, equipment: string, { words, says, points, ...more }: Told): Figure {
  const found = more.verdict === 'attention'
  const order = { site, equipment, text: { zh: `${words[0]}:${says[0]}`, en: `${words[1]}: ${says[1]}` }, class: 'ordinary' as const, trade: 'electrical' }
  return {
    ...more, name: { zh: words[0], en: words[1] }, says: { zh: says[0], en: says[1] }, rule: { zh: '只计已知的时间;无数据不算运行', en: 'Over the time that is known; a gap is not running' }, source: '', known: 0.984,
    evidence: [{ name: { zh: '运行', en: 'Running' }, value: 391.4, unit: 'h', decimals: 1 }], points: points.map((point) => `${equipment}.${point}`), order: found ? order : null,
  }
}

export function conditions(building: Building, equipment: string | null): MachineCondition[] {
  const today = building.at.slice(0, 10)
  return building.equipment.filter((each) => ['pump', 'elevator'].includes(each.type) && (!equipment || each.id === equipment)).map((each) => {
    const told = each.type === 'pump' ? PUMP(each.id === 'pump-1') : LIFT(each.id === 'lift-2')
    const { site, id, name, type, type_name, system, place } = each
    return { site, equipment: id, part: '', name, type, type_name, system, place, first: today, last: today, days: 30, as_of: building.at, restated: 0, figures: told.map((one) => figure(site, id, one)) }
  })
}
