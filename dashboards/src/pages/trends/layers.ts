/** A fine picture over a coarse one: what the fine one lacks is there, in wider buckets, until it comes. */
import type { Chart, Column, Curve } from '@/components/trend/columns'

/** The fine chart with the coarse one's buckets before and after it; of curves that both have. */
export function layered(fine: Chart, coarse: Chart | null): Chart {
  const wide = new Map(coarse?.curves.map((curve) => [curve.id, curve]))
  if (!coarse || !fine.times.length || coarse.width <= fine.width || !fine.curves.every((curve) => wide.has(curve.id))) return fine
  const first = (fine.times[0] ?? 0) - fine.width / 2
  const last = (fine.times.at(-1) ?? 0) + fine.width / 2
  const before = coarse.times.filter((at) => at + coarse.width / 2 <= first).length
  const after = coarse.times.findIndex((at) => at - coarse.width / 2 >= last)
  const from = after < 0 ? coarse.times.length : after
  const join = <T>(wide: readonly T[], narrow: readonly T[]) => [...wide.slice(0, before), ...narrow, ...wide.slice(from)]
  const curves = fine.curves.map((curve) => joined(curve, wide.get(curve.id) ?? curve, join))
  return { ...fine, times: join(coarse.times, fine.times), curves }
}

type Join = <T>(wide: readonly T[], narrow: readonly T[]) => T[]

function joined(curve: Curve, wide: Curve, join: Join): Curve {
  const column = (name: 'mean' | 'minimum' | 'maximum'): Column => join(wide[name], curve[name])
  return { ...curve, mean: column('mean'), minimum: column('minimum'), maximum: column('maximum'), known: join(wide.known, curve.known), spread: curve.spread || wide.spread }
}
