/** The alarm keys of a page: all with Ctrl, and they can be switched off. */
import { onMounted, onUnmounted } from 'vue'
import { useScreen } from '@/stores/screen'
import { useSound } from '@/stores/sound'

export interface AlarmMoves {
  readonly move: (by: number) => void
  readonly acknowledge?: () => void
}

const typing = (target: EventTarget | null) => target instanceof HTMLElement && target.matches('input, select, textarea')

export function useAlarmKeys({ move, acknowledge }: AlarmMoves): void {
  const screen = useScreen()
  const sound = useSound()
  const find = () => document.querySelector<HTMLElement>('[data-find]')
  const actions: Readonly<Record<string, (() => void) | undefined>> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    a: acknowledge,
    m: () => void sound.silence(),
    f: () => find()?.focus(),
  }

  function press(event: KeyboardEvent): void {
    if (screen.shortcuts === 'off' || !event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return
    const action = actions[event.key]
    if (!action || (event.key === 'a' && typing(event.target)) || (event.key === 'f' && !find())) return
    event.preventDefault()
    event.stopPropagation()
    action()
  }

  onMounted(() => addEventListener('keydown', press, true))
  onUnmounted(() => removeEventListener('keydown', press, true))
}
