/** Where a meter tree's boxes and flows lie: heights are amounts, to one scale; nothing is clipped. */
import type { TreeNode } from '@/api/energy'

export interface Box {
  readonly id: string
  readonly kind: 'meter' | 'remainder'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** What its children count beyond it: drawn below it, as a fault. */
  readonly surplus: number
  readonly node: TreeNode
  readonly depth: number
}

export interface Flow {
  readonly key: string
  readonly path: string
  readonly kind: 'known' | 'remainder'
}

export interface Drawing {
  readonly boxes: readonly Box[]
  readonly flows: readonly Flow[]
  readonly width: number
  readonly height: number
}

export const WIDTH = 1400
const [BAR, GAP, LEAST, ROW] = [12, 6, 2, 22]
const LOWEST = 260

interface Part {
  readonly node: TreeNode
  readonly kind: Box['kind']
  readonly depth: number
  /** Its own amount; not known: 0. */
  readonly own: number
  /** The larger of its own and its parts'. */
  readonly size: number
  readonly parts: readonly Part[]
}

const known = (amount: string | null | undefined) => (amount === null || amount === undefined ? 0 : Math.max(Number(amount), 0))

/** Of the nodes of one unit below `root`, or of all that none lies above. */
export function sankeyOf(nodes: readonly TreeNode[], root: string | null): Drawing {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const tops = root ? [byId.get(root)].flatMap((node) => node ?? []) : nodes.filter((node) => node.kind !== 'virtual' && !byId.has(node.parent ?? ''))
  const parts = tops.map((node) => partOf(node, 0, byId))
  const depth = Math.max(...parts.map(deepest), 0)
  const leaves = parts.reduce((sum, part) => sum + leavesOf(part), 0)
  const total = parts.reduce((sum, part) => sum + part.size, 0)
  const height = Math.max(leaves * ROW, LOWEST)
  const scale = total > 0 ? Math.max(height - leaves * GAP, 40) / total : 0
  const column = WIDTH / (depth + 1)
  const boxes: Box[] = []
  const flows: Flow[] = []
  let y = 0
  for (const part of parts) y += place(part, y, { scale, column, boxes, flows }).extent + GAP
  return { boxes, flows, width: WIDTH, height: Math.max(y, 1) }
}

function partOf(node: TreeNode, depth: number, byId: ReadonlyMap<string, TreeNode>, above: readonly string[] = []): Part {
  const children = node.children.flatMap((id) => (above.includes(id) ? [] : (byId.get(id) ?? []))).map((child) => partOf(child, depth + 1, byId, [...above, node.id]))
  const own = known(node.total.amount)
  const left = node.remainder && node.remainder.left.coverage > 0 && !node.remainder.fault ? Number(node.remainder.left.amount ?? 0) : 0
  const rest: readonly Part[] = left > 0 ? [{ node, kind: 'remainder', depth: depth + 1, own: left, size: left, parts: [] }] : []
  const parts = [...children, ...rest]
  return { node, kind: 'meter', depth, own, size: Math.max(own, parts.reduce((sum, part) => sum + part.own, 0)), parts }
}

const deepest = (part: Part): number => Math.max(part.depth, ...part.parts.map(deepest))
const leavesOf = (part: Part): number => (part.parts.length ? part.parts.reduce((sum, each) => sum + leavesOf(each), 0) : 1)

interface Ground {
  readonly scale: number
  readonly column: number
  readonly boxes: Box[]
  readonly flows: Flow[]
}

/** Puts a part and all below it from `top` on; answers how far they reach and where its own box lies. */
function place(part: Part, top: number, ground: Ground): { readonly extent: number; readonly y: number } {
  let reach = top
  const children = part.parts.map((child) => {
    const found = place(child, reach, ground)
    reach += found.extent + GAP
    return { child, y: found.y }
  })
  const below = children.length ? reach - GAP - top : 0
  const height = Math.max(part.own * ground.scale, LEAST)
  const surplus = Math.max(part.parts.reduce((sum, child) => sum + child.own, 0) - part.own, 0) * ground.scale
  const extent = Math.max(below, height + surplus, ROW - GAP)
  const x = part.depth * ground.column
  const y = top + (extent - height - surplus) / 2
  ground.boxes.push({ id: part.kind === 'meter' ? part.node.id : `${part.node.id} rest`, kind: part.kind, x, y, width: BAR, height, surplus: surplus > 0.5 ? surplus : 0, node: part.node, depth: part.depth })
  let from = y
  for (const { child, y: to } of children) {
    const thick = Math.max(child.own * ground.scale, 1)
    ground.flows.push({ key: `${part.node.id} ${child.node.id} ${child.kind}`, kind: child.kind === 'remainder' ? 'remainder' : 'known', path: ribbon(x + BAR, from, child.depth * ground.column, to, thick) })
    from += child.own * ground.scale
  }
  return { extent, y }
}

function ribbon(x1: number, y1: number, x2: number, y2: number, thick: number): string {
  const middle = (x1 + x2) / 2
  const n = (value: number) => value.toFixed(1)
  return `M${n(x1)} ${n(y1)}C${n(middle)} ${n(y1)} ${n(middle)} ${n(y2)} ${n(x2)} ${n(y2)}V${n(y2 + thick)}C${n(middle)} ${n(y2 + thick)} ${n(middle)} ${n(y1 + thick)} ${n(x1)} ${n(y1 + thick)}Z`
}
