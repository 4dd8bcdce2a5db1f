import { expect, it } from 'vitest'
import { translate, isKey } from '@/i18n/language'
import { deed, told, type Words } from './audit_text'

const words = (language: 'zh' | 'en'): Words => ({
  language,
  word: (prefix, value) => (isKey(`${prefix}.${value}`) ? translate(language, `${prefix}.${value}` as never) : value),
  nameOf: (id) => ({ 'wu.hao': '吴浩', 'pump-1': '1号泵' })[id] ?? id,
  moment: (at) => at.slice(0, 10),
})
const zh = (action: string, detail: string) => told(action, detail, words('zh'))

it('says what was done in both languages', () => {
  expect([deed('order.call-back', words('zh')), deed('order.call-back', words('en'))]).toEqual(['工单 · 回访', 'Work order · called back'])
  expect(deed('session.open', words('zh'))).toBe('登录')
  expect(deed('notification.channel.create', words('zh'))).toBe('通知 · 新建通道')
})

it('says a body as its fields, without what is empty and without the site beside it', () => {
  const body = JSON.stringify({ site: 'riverside', person: 'wu.hao', kind: 'fire_facility', number: 'FI-1', note: '', documents: [], expires_on: '2028-10-17' })
  expect(zh('certificate.add', body)).toBe('人员: 吴浩;类别: 消防设施操作员证;编号: FI-1;有效期至: 2028-10-17')
  expect(zh('user.create', '{"*":["engineer"]}')).toBe('全部项目: 工程')
  expect(told('holidays.put', '{"holidays":["a","b","c","d","e","f","g","h","i"],"planned":true}', words('en'))).toBe('holidays: 9 entries; planned: yes')
  expect(zh('x.y', '{"name":{"zh":"甲","en":"a"},"some_thing":{"level":3}}')).toBe('名称: 甲;some thing: 等级: 3')
})

it('says steps, log-ins and what has a form of its own in words; what it does not know stays as it was said', () => {
  expect(zh('order.dispatch', 'dispatched wu.hao 快去 / class_changed urgent')).toBe('派单 吴浩 快去;改级别 急修')
  expect(zh('alarm.acknowledge', 'acknowledged; commented 已到场')).toBe('接警;备注 已到场')
  expect(zh('session.open', 'from 10.0.0.4, wait 8 s')).toBe('来自 10.0.0.4,须等待 8 秒')
  expect(zh('rota.pattern', 'own 2026-11-21 +31: 62')).toBe('自 2026-11-21 起 31 天,共 62 班')
  expect(zh('rota.add', 'engineering: wu.hao')).toBe('工程值班: 吴浩')
  expect([zh('plan.switch', 'False'), zh('rooms.put', '12'), zh('complaint.take', 'noise')]).toEqual(['停用', '12 个房号', '噪声'])
  expect([zh('order.report', '漏水 / 快来'), zh('x.y', '{broken'), zh('x.y', '不对 · not so'), zh('x.y', '')]).toEqual(['漏水 / 快来', '{broken', '不对', ''])
})
