import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { desk } from '@/api/desk'
import type { Session } from '@/api/types'
import { useNames } from './names'
import { useSession } from './session'

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.restoreAllMocks())

it('calls people by their names, and finds them by either; of two who are called the same none is guessed', async () => {
  vi.spyOn(desk, 'names').mockResolvedValue([{ name: 'wu.hao', display_name: '吴浩' }, { name: 'li.na', display_name: '李娜' }, { name: 'li.na2', display_name: '李娜' }])
  useSession().current = { name: 'desk' } as Session
  const names = useNames()
  await names.load()
  expect([names.of('wu.hao'), names.of('somebody'), names.of('')]).toEqual(['吴浩', 'somebody', ''])
  expect([names.loginOf('吴浩'), names.loginOf('wu.hao'), names.loginOf('李娜'), names.loginOf('x')]).toEqual(['wu.hao', 'wu.hao', '李娜', 'x'])
})

it('leaves log-in names where names can’t be read', async () => {
  vi.spyOn(desk, 'names').mockRejectedValue(new Error('away'))
  useSession().current = { name: 'desk' } as Session
  const names = useNames()
  await names.load()
  expect(names.of('wu.hao')).toBe('wu.hao')
})
