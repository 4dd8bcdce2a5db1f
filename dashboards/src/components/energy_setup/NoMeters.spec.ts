import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import NoMeters from './NoMeters.vue'

it('leads who has no meters yet to each part of the set-up', async () => {
  const pinia = createPinia()
  setActivePinia(pinia)
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/energy/setup', name: 'energy-setup', component: { template: '' } }] })
  const shown = mount(NoMeters, { props: { says: 'none' }, global: { plugins: [pinia, router] } })
  expect(shown.find('p').text()).toBe('none')
  expect(shown.findAll('a').map((link) => link.attributes('href'))).toEqual([
    '/energy/setup?part=meters&add=manual', '/energy/setup?part=areas', '/energy/setup?part=factors', '/energy/setup?part=weather', '/energy/setup?part=meters',
  ])
  shown.unmount()
})
