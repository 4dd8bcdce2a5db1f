/** The pages of the energy section in the order of its tabs; each page is a file of its own, fetched when it is wanted. */
export const ENERGY_PAGES = [
  { name: 'energy-month', path: 'month', load: () => import('./MonthPage.vue') },
] as const
