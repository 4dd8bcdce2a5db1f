/** What is kept of the trend desk at the canned cloud. */
import type { NewView, View } from '../src/api/types'

export class Views {
  readonly list: View[] = []

  constructor(private readonly now: () => number) {
    const times = { from: '-7d', to: 'now', compare: 'week' as const, show: ['mean' as const] }
    this.put({ site: 'riverside', name: '泵房 7 天', shared: true, view: { panels: [{ points: ['pump-1.flow', 'pump-1.discharge_pressure'], low: null, high: null }], ...times } }, 'li.na', false)
  }

  put(asked: NewView, owner: string, own = true): View {
    const at = new Date(this.now()).toISOString()
    const panels = (asked.view.panels ?? []).map((panel) => ({ points: panel.points, low: panel.low ?? null, high: panel.high ?? null }))
    const view = { panels, from: asked.view.from ?? '-24h', to: asked.view.to ?? 'now', compare: asked.view.compare ?? '', show: asked.view.show ?? ['mean'] } as View['view']
    const made: View = { id: `view-${this.list.length + 1}`, site: asked.site, name: asked.name, shared: asked.shared ?? false, owner, own, view, created_at: at, updated_at: at }
    this.list.push(made)
    return made
  }

  drop(id: string): boolean {
    const at = this.list.findIndex((view) => view.id === id)
    if (at >= 0) this.list.splice(at, 1)
    return at >= 0
  }
}
