/** One EventSource on the cloud's stream that is opened again for as long as it is wanted, resuming after the last id. */
import { NAMES, type News } from './messages'

const URL = '/api/v1/stream'
const FIRST_WAIT = 500
const LONGEST_WAIT = 10_000
const SILENT = 10_000

export class Source {
  private events: EventSource | null = null
  private retry: ReturnType<typeof setTimeout> | undefined
  private watch: ReturnType<typeof setInterval> | undefined
  private wait = FIRST_WAIT
  private opened = false
  private heard = 0
  private last = ''

  constructor(private readonly tell: (news: News) => void) {}

  get isOpen(): boolean {
    return this.events?.readyState === EventSource.OPEN
  }

  open(): void {
    if (this.events || this.retry !== undefined) return
    this.connect()
    this.watch ??= setInterval(() => this.endSilence(), SILENT / 4)
  }

  close(): void {
    clearTimeout(this.retry)
    clearInterval(this.watch)
    this.retry = this.watch = undefined
    this.events?.close()
    this.events = null
    this.opened = false
    this.last = ''
  }

  private connect(): void {
    this.retry = undefined
    this.heard = Date.now()
    const events = new EventSource(this.last ? `${URL}?after=${encodeURIComponent(this.last)}` : URL)
    this.events = events
    events.onopen = () => {
      this.wait = FIRST_WAIT
      this.heard = Date.now()
      this.tell({ kind: 'opened', again: this.opened })
      this.opened = true
    }
    events.onerror = () => this.broken(events.readyState === EventSource.CLOSED)
    for (const name of NAMES) {
      events.addEventListener(name, (event: MessageEvent<string>) => {
        this.heard = Date.now()
        if (event.lastEventId) this.last = event.lastEventId
        this.tell({ kind: 'event', name, data: event.data })
      })
    }
  }

  /** The browser's own retry has fixed waits and gives up on an answer that is not 200: ours does neither. */
  private broken(refused: boolean): void {
    this.events?.close()
    this.events = null
    this.tell({ kind: 'lost', refused })
    if (this.retry === undefined) this.retry = setTimeout(() => this.connect(), this.wait)
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT)
  }

  /** A half-open connection never errors: no heartbeat for so long is the same as broken. */
  private endSilence(): void {
    if (this.events && Date.now() - this.heard > SILENT) this.broken(false)
  }
}
