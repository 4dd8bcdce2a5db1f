/** The telephone's pages and their addresses. A code's page is open to everybody; all others ask who it is, and lead back. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { isKnown } from '@/stores/phone/person'
import OrderListPage from './OrderListPage.vue'

const routes: RouteRecordRaw[] = [
  { path: '/phone', name: 'orders', component: OrderListPage },
  { path: '/phone/orders/:id', name: 'order', component: () => import('./OrderPage.vue'), props: true },
  { path: '/phone/scan/:code?', name: 'scan', component: () => import('./ScanPage.vue'), props: true },
  { path: '/phone/queue', name: 'queue', component: () => import('./QueuePage.vue') },
  { path: '/phone/me', name: 'me', component: () => import('./MePage.vue') },
  { path: '/phone/login', name: 'login', component: () => import('./LogInPage.vue'), meta: { open: true } },
  { path: '/q/:code', name: 'code', component: () => import('./CodePage.vue'), props: true, meta: { open: true } },
  { path: '/:rest(.*)*', redirect: '/phone' },
]

export const router = createRouter({ history: createWebHistory(), routes })

router.beforeEach(async (to) => {
  if (to.meta.open || (await isKnown())) return true
  return { name: 'login', query: to.path === '/phone' ? {} : { next: to.fullPath } }
})
