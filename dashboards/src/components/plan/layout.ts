/** The plan that follows from the places alone: a building is a column, a floor a row, drawn from the ground up. */
import type { Place } from '@/api/types'

export interface Floor {
  readonly id: string
  /** The place and all within it. */
  readonly members: readonly string[]
  readonly place: Place
}

export interface Block {
  readonly id: string
  readonly place: Place
  /** From the top down, as they are drawn. */
  readonly floors: readonly Floor[]
}

interface Tree {
  readonly children: ReadonlyMap<string, readonly Place[]>
  readonly height: (id: string) => number
}

function treeOf(places: readonly Place[]): Tree {
  const known = new Set(places.map((place) => place.id))
  const children = Map.groupBy(places, (place) => (place.parent && known.has(place.parent) ? place.parent : ''))
  const height = (id: string, depth = 0): number => (depth > 16 ? 0 : Math.max(0, ...(children.get(id) ?? []).map((child) => 1 + height(child.id, depth + 1))))
  return { children, height: (id) => height(id) }
}

function membersOf(tree: Tree, place: Place): string[] {
  return [place.id, ...(tree.children.get(place.id) ?? []).flatMap((child) => membersOf(tree, child))]
}

/** A place with rooms at most is a floor; what holds floors is looked into. */
function floorsOf(tree: Tree, place: Place, outermost: boolean): Floor[] {
  const inside = tree.children.get(place.id) ?? []
  if (inside.length && (outermost || tree.height(place.id) > 1)) return inside.flatMap((child) => floorsOf(tree, child, false))
  return [{ id: place.id, place, members: membersOf(tree, place) }]
}

/** Blocks in the order of site.yaml; floors are listed there from the ground up. What is of a building but on no floor of it has none. */
export function blocksOf(places: readonly Place[]): Block[] {
  const tree = treeOf(places)
  return (tree.children.get('') ?? []).map((place) => {
    const floors = floorsOf(tree, place, true)
    return { id: place.id, place, floors: tree.height(place.id) > 1 ? floors.toReversed() : floors }
  })
}

/** Place → the floor (or the block) on which it is drawn. */
export function drawnAt(blocks: readonly Block[], places: readonly Place[]): Map<string, string> {
  const at = new Map<string, string>()
  for (const block of blocks) for (const floor of block.floors) for (const member of floor.members) at.set(member, floor.id)
  const parents = new Map(places.map((place) => [place.id, place.parent]))
  for (const place of places) {
    let here: string | null | undefined = place.id
    const block = () => blocks.find((each) => each.id === here)
    for (let depth = 0; here && !at.has(here) && !block() && depth < 16; depth++) here = parents.get(here)
    if (here && !at.has(place.id)) at.set(place.id, at.get(here) ?? here)
  }
  return at
}
