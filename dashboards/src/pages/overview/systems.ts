/** The order in which a building's systems are shown, the most urgent to lose first. */
export const SYSTEMS: readonly string[] = [
  'fire', 'fire_water', 'elevators', 'water', 'drainage', 'power', 'hvac', 'lighting', 'access', 'patrol', 'metering', 'weather',
]
