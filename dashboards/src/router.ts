/** The pages and their addresses; each page's code is a file of its own, fetched ahead once somebody is logged in. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { ENERGY_PAGES } from '@/pages/energy/pages'
import { useSession } from '@/stores/session'
import { useToasts } from '@/stores/toasts'

const pages = {
  overview: () => import('@/pages/OverviewPage.vue'),
  'control-room': () => import('@/pages/ControlRoomPage.vue'),
  alarms: () => import('@/pages/AlarmsPage.vue'),
  equipment: () => import('@/pages/EquipmentPage.vue'),
  orders: () => import('@/pages/OrdersPage.vue'),
  portfolio: () => import('@/pages/PortfolioPage.vue'),
  condition: () => import('@/pages/ConditionPage.vue'),
  maintenance: () => import('@/pages/MaintenancePage.vue'),
  trends: () => import('@/pages/TrendsPage.vue'),
  desk: () => import('@/pages/DeskPage.vue'),
  plans: () => import('@/pages/PlansPage.vue'),
  month: () => import('@/pages/MonthPage.vue'),
  energy: () => import('@/pages/EnergyPage.vue'),
  administration: () => import('@/pages/AdministrationPage.vue'),
  gateways: () => import('@/pages/GatewaysPage.vue'),
  codes: () => import('@/pages/CodesPage.vue'),
  notification: () => import('@/pages/NotificationPage.vue'),
  login: () => import('@/pages/LoginPage.vue'),
  missing: () => import('@/pages/MissingPage.vue'),
}
const charts = [() => import('uplot'), () => import('@/components/trend/plot'), () => import('@/pages/trends/desk_plot')]

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'overview', component: pages.overview },
  { path: '/control-room', name: 'control-room', component: pages['control-room'] },
  { path: '/alarms/:id?', name: 'alarms', component: pages.alarms, props: true },
  { path: '/equipment/:id', name: 'equipment', component: pages.equipment, props: true },
  { path: '/work-orders', name: 'orders', component: pages.orders },
  { path: '/portfolio', name: 'portfolio', component: pages.portfolio },
  { path: '/condition', name: 'condition', component: pages.condition },
  { path: '/maintenance', name: 'maintenance', component: pages.maintenance },
  { path: '/trends', name: 'trends', component: pages.trends },
  { path: '/desk', name: 'desk', component: pages.desk },
  { path: '/plans', name: 'plans', component: pages.plans },
  { path: '/month', name: 'month', component: pages.month },
  { path: '/energy', name: 'energy', component: pages.energy, redirect: { name: ENERGY_PAGES[0].name }, children: ENERGY_PAGES.map(({ name, path, load }) => ({ name, path, component: load })) },
  { path: '/administration/:part?', name: 'administration', component: pages.administration, props: true },
  { path: '/gateways', name: 'gateways', component: pages.gateways },
  { path: '/codes', name: 'codes', component: pages.codes },
  { path: '/notification', name: 'notification', component: pages.notification },
  { path: '/login', name: 'login', component: pages.login, meta: { open: true } },
  { path: '/:rest(.*)*', name: 'missing', component: pages.missing },
]

export const router = createRouter({ history: createWebHistory(), routes })

/** All pages at hand before the connection breaks: an operator must be able to go on looking. */
export function fetchAhead(): void {
  const fetchAll = () => void Promise.allSettled([...Object.values(pages), ...ENERGY_PAGES.map((page) => page.load), ...charts].map((fetch) => fetch()))
  if ('requestIdleCallback' in window) requestIdleCallback(fetchAll, { timeout: 5000 })
  else setTimeout(fetchAll, 2000)
}

router.onError((error) => {
  console.warn('a page could not be loaded', error)
  useToasts().told('page.unloaded', 'page.unloaded.do')
})

router.beforeEach(async (to) => {
  if (to.meta.open) return true
  const session = useSession()
  if (session.current) return true
  const known = await session.check().catch(() => false)
  return known || { name: 'login', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
})
