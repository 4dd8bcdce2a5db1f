/** Words of the energy section, in English. */
export const enEnergy = {
  'nav.energy': 'Energy',
  'energy.pages': 'Energy pages',
  'energy.page.energy-month': 'Month',
  'energy.month': 'Month',
  'energy.month.before': 'The month before',
  'energy.month.after': 'The month after',
  'energy.meter': 'Meter',
  'energy.reading': 'Adding up…',
}
