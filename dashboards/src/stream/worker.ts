/** The SharedWorker: all tabs of a browser share one stream. */
import type { Command, News } from './messages'
import { Source } from './source'

const ports = new Set<MessagePort>()
const source = new Source((news) => ports.forEach((port) => port.postMessage(news)))

function obey(port: MessagePort, command: Command): void {
  if (command.kind === 'open') {
    ports.add(port)
    if (source.isOpen) port.postMessage({ kind: 'opened', again: false } satisfies News)
    source.open()
  } else if (command.kind === 'bye') {
    ports.delete(port)
    if (ports.size === 0) source.close()
  } else {
    source.close()
  }
}

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports
  if (!port) return
  port.onmessage = (message: MessageEvent<Command>) => obey(port, message.data)
})
