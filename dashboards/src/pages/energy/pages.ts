/** The pages of the energy section in the order of its tabs; each page is a file of its own, fetched when it is wanted. */
export const ENERGY_PAGES = [
  { name: 'energy-month', path: 'month', load: () => import('./MonthPage.vue') },
  { name: 'energy-carpet', path: 'carpet', load: () => import('./CarpetPage.vue') },
  { name: 'energy-tree', path: 'tree', load: () => import('./TreePage.vue') },
  { name: 'energy-quality', path: 'quality', load: () => import('./QualityPage.vue') },
  { name: 'energy-bill', path: 'bill', load: () => import('@/pages/energy_money/BillPage.vue') },
  { name: 'energy-tariffs', path: 'tariffs', load: () => import('@/pages/energy_money/TariffsPage.vue') },
  { name: 'energy-check', path: 'check', load: () => import('@/pages/energy_money/CheckPage.vue') },
  { name: 'energy-demand', path: 'demand', load: () => import('@/pages/energy_money/DemandPage.vue') },
  { name: 'energy-waste', path: 'waste', load: () => import('@/pages/energy_money/WastePage.vue') },
  { name: 'energy-targets', path: 'targets', load: () => import('@/pages/energy_money/TargetsPage.vue') },
  { name: 'energy-readings', path: 'readings', load: () => import('@/pages/energy_money/ReadingsPage.vue') },
  { name: 'energy-baselines', path: 'baselines', load: () => import('@/pages/energy_money/BaselinesPage.vue') },
  { name: 'energy-setup', path: 'setup', load: () => import('@/pages/energy_setup/SetupPage.vue') },
] as const
