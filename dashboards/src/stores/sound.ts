/** Alarm sound from WebAudio: a pattern per priority, repeated until silenced or acknowledged; a new alarm sounds again. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { Priority } from '@/api/types'
import { Problem } from '@/api/problem'
import { useAlarms } from './alarms'
import { useRights } from './rights'
import { useToasts } from './toasts'

interface Pattern {
  readonly tones: readonly number[]
  /** Seconds of one tone, and until the pattern comes again. */
  readonly each: number
  readonly every: number
}

const PATTERNS: Record<Priority, Pattern> = {
  1: { tones: [960, 720, 960, 720, 960, 720], each: 0.16, every: 1.6 },
  2: { tones: [880, 880, 660], each: 0.18, every: 4 },
  3: { tones: [620, 520], each: 0.2, every: 12 },
  4: { tones: [440], each: 0.22, every: 60 },
}
const LOUDNESS = 0.25
const RAMP = 0.015

export const useSound = defineStore('sound', () => {
  const alarms = useAlarms()
  const toasts = useToasts()
  const rights = useRights()
  const armed = ref(false)
  /** Alarm → the sound that was silenced here; a later one of the same alarm sounds again. */
  const silencedHere = ref<ReadonlyMap<string, string>>(new Map())
  const loud = computed(() => alarms.unacknowledged.filter((alarm) => alarm.owners.some((post) => post !== 'list')))
  const waiting = computed(() => loud.value.filter((alarm) => alarm.response.sounding && silencedHere.value.get(alarm.id) !== alarm.response.sounded_at))
  const sounding = computed(() => waiting.value.length > 0)
  const silenced = computed(() => loud.value.length > 0 && !sounding.value)
  const priority = computed<Priority | null>(() => (sounding.value ? (Math.min(...waiting.value.map((alarm) => alarm.priority)) as Priority) : null))
  let audio: AudioContext | null = null
  let timer: ReturnType<typeof setInterval> | undefined

  function play(pattern: Pattern): void {
    if (!audio) return
    const gain = audio.createGain()
    gain.gain.value = 0
    gain.connect(audio.destination)
    pattern.tones.forEach((frequency, i) => tone(gain, frequency, (audio?.currentTime ?? 0) + i * pattern.each, pattern.each))
  }

  function tone(gain: GainNode, frequency: number, at: number, seconds: number): void {
    if (!audio) return
    const oscillator = audio.createOscillator()
    oscillator.type = 'triangle'
    oscillator.frequency.value = frequency
    gain.gain.setTargetAtTime(LOUDNESS, at, RAMP)
    gain.gain.setTargetAtTime(0, at + seconds - 3 * RAMP, RAMP)
    oscillator.connect(gain)
    oscillator.start(at)
    oscillator.stop(at + seconds)
  }

  /** Browsers want a click before the first sound. */
  async function arm(): Promise<void> {
    audio ??= new AudioContext()
    await audio.resume()
    armed.value = audio.state === 'running'
    audio.onstatechange = () => (armed.value = audio?.state === 'running')
  }

  function test(): void {
    play(PATTERNS[1])
  }

  /** Ours only, never the panel's: here at once, and at every screen for the alarms that this person may answer. */
  async function silence(): Promise<void> {
    const own = waiting.value.filter((alarm) => rights(alarm).acknowledge).map((alarm) => alarm.id)
    silencedHere.value = new Map(loud.value.map((alarm) => [alarm.id, alarm.response.sounded_at]))
    if (!own.length) return
    try {
      const [first] = (await alarms.silence(own)).map(({ status, detail }) => new Problem(status, detail))
      if (first) throw first
    } catch (error) {
      if (error instanceof Problem && error.status === 409) await alarms.load().catch(toasts.failed)
      else toasts.failed(error)
    }
  }

  function watchAlarms(): void {
    watch([priority, armed], ([now, ready]) => {
      clearInterval(timer)
      if (now === null || !ready) return
      play(PATTERNS[now])
      timer = setInterval(() => play(PATTERNS[now]), PATTERNS[now].every * 1000)
    })
  }

  return { armed, sounding, silenced, priority, arm, test, silence, watchAlarms }
})
