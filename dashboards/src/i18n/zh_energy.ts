/** Words of the energy section, in Chinese. */
export const zhEnergy = {
  'nav.energy': '能耗',
  'energy.pages': '能耗页面',
  'energy.page.energy-month': '能耗月',
  'energy.month': '月份',
  'energy.month.before': '上个月',
  'energy.month.after': '下个月',
  'energy.meter': '表计',
  'energy.reading': '正在统计…',
}
