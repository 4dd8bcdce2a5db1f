/** The width that a drawing has on the screen, so that its words keep their size on every screen. */
import { onMounted, onUnmounted, ref, useTemplateRef } from 'vue'

/** Of the element whose template ref is `drawing`; `first` until it is measured. */
export function useDrawnWidth(first: number) {
  const drawing = useTemplateRef<SVGSVGElement>('drawing')
  const across = ref(first)
  const watcher = new ResizeObserver(([entry]) => {
    const width = Math.round(entry?.contentRect.width ?? 0)
    if (width > 0) across.value = width
  })
  onMounted(() => drawing.value && watcher.observe(drawing.value))
  onUnmounted(() => watcher.disconnect())
  return across
}
