import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { expect, it } from 'vitest'
import type { Place } from '@/api/types'
import DrillForm from './DrillForm.vue'

const zones = [{ zone: 'z-b-high', name: { id: 'b-18', zh: 'B栋高区', en: 'Tower B, high zone' } as unknown as Place }]

it('begins no drill before it is known by which gateway', async () => {
  const form = mount(DrillForm, { props: { zones, gateways: [] as string[], running: [], answer: null, busy: false }, global: { plugins: [createPinia()] } })
  await form.get('select').setValue('z-b-high')
  await form.get('input:not([type])').setValue('季度演练')
  await form.get('form').trigger('submit')
  expect([form.get('button').attributes('disabled') !== undefined, form.emitted('begin')]).toEqual([true, undefined])

  await form.setProps({ gateways: ['riverside-1'] })
  await form.get('form').trigger('submit')
  expect([form.get('button').attributes('disabled'), form.emitted('begin')]).toEqual([undefined, [['riverside-1', 'z-b-high', false, '季度演练']]])
})
