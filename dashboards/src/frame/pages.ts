/** The pages that this person may open, in the order of the navigation. */
import { computed } from 'vue'
import { useRoute } from 'vue-router'
import { useSession } from '@/stores/session'
import { useSites } from '@/stores/sites'

const PAGES = [
  { name: 'overview', path: '/', needs: 'equipment:read' },
  { name: 'control-room', path: '/control-room', needs: 'equipment:read' },
  { name: 'alarms', path: '/alarms', needs: 'alarm:read' },
  { name: 'desk', path: '/desk', needs: 'order:dispatch' },
  { name: 'orders', path: '/work-orders', needs: 'order:read_assigned' },
  { name: 'plans', path: '/plans', needs: 'order:read' },
  { name: 'month', path: '/month', needs: 'order:read' },
  { name: 'trends', path: '/trends', needs: 'series:read' },
  { name: 'condition', path: '/condition', needs: 'series:read' },
  { name: 'maintenance', path: '/maintenance', needs: 'order:read' },
  { name: 'energy', path: '/energy', needs: 'energy:read' },
  { name: 'portfolio', path: '/portfolio', needs: 'alarm:read', several: true },
  { name: 'administration', path: '/administration', needs: 'gateway:read' },
  { name: 'gateways', path: '/gateways', needs: 'gateway:read' },
  { name: 'codes', path: '/codes', needs: 'service:manage' },
  { name: 'notification', path: '/notification', needs: 'notification:manage' },
] as const

/** Reached from another page (administration, plans), not from the bar. */
export const UNDER: readonly string[] = ['gateways', 'notification', 'maintenance', 'codes']

/** Nothing on them is for who lacks the right: the others say part by part what is hidden. */
const WHOLE: readonly string[] = ['desk', 'plans', 'month', 'codes']

export function usePages() {
  const session = useSession()
  const sites = useSites()
  /** What sets sites side by side is for people who have several. */
  const isWorth = (page: (typeof PAGES)[number]) => !('several' in page) || sites.list.length > 1
  return computed(() => PAGES.filter((page) => isWorth(page) && (!sites.id || session.may(page.needs, sites.id))))
}

/** Whether the page at this address is not this person's at all. */
export function useNoRight() {
  const route = useRoute()
  const sites = useSites()
  const pages = usePages()
  return computed(() => Boolean(sites.id) && WHOLE.includes(String(route.name)) && !pages.value.some((page) => page.name === route.name))
}
