/** The pages and their addresses; each page's code is fetched when it is first opened. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { isKey, translate } from '@/i18n/language'
import { useScreen } from '@/stores/screen'
import { useSession } from '@/stores/session'

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'overview', component: () => import('@/pages/OverviewPage.vue') },
  { path: '/alarms/:id?', name: 'alarms', component: () => import('@/pages/AlarmsPage.vue'), props: true },
  { path: '/equipment/:id', name: 'equipment', component: () => import('@/pages/EquipmentPage.vue'), props: true },
  { path: '/work-orders', name: 'orders', component: () => import('@/pages/OrdersPage.vue') },
  { path: '/gateways', name: 'gateways', component: () => import('@/pages/GatewaysPage.vue') },
  { path: '/login', name: 'login', component: () => import('@/pages/LoginPage.vue'), meta: { open: true } },
  { path: '/:rest(.*)*', name: 'missing', component: () => import('@/pages/MissingPage.vue') },
]

export const router = createRouter({ history: createWebHistory(), routes })

router.afterEach((to) => {
  const key = `nav.${String(to.name)}`
  const page = isKey(key) ? translate(useScreen().language, key) : ''
  document.title = [page, 'Gatehouse'].filter(Boolean).join(' · ')
})

router.beforeEach(async (to) => {
  if (to.meta.open) return true
  const session = useSession()
  if (session.current) return true
  const known = await session.check().catch(() => false)
  return known || { name: 'login', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
})
