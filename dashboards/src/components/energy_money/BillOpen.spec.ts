import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { expect, it } from 'vitest'
import type { Bill } from '@/api/energy_money'
import BillOpen from './BillOpen.vue'

const bill = (more: Partial<Bill>) => ({ from: '2026-10-01', to: '2026-10-31', total: '10.00', complete: true, blind_hours: '0', coverage: 1, unsure_kwh: '0.000000', unannounced_days: [], ...more }) as unknown as Bill

it('says what of a bill has no sure hour, also where every kWh is known', () => {
  const shown = (more: Partial<Bill>) => mount(BillOpen, { props: { bill: bill(more) }, global: { plugins: [createPinia()] } })
  expect(shown({}).find('p').exists()).toBe(false)
  expect(shown({ unsure_kwh: '3072.000000' }).find('[data-unsure]').text()).toContain('3072.0 kWh')
  const open = shown({ unsure_kwh: '3072.000000', complete: false })
  expect([open.find('[data-unsure]').exists(), open.find('[data-incomplete]').exists()]).toEqual([false, true])
})
