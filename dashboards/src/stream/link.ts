/** A page's way to the stream: the SharedWorker where there is one, else a stream of its own. */
import type { Command, News } from './messages'
import { Source } from './source'

export interface Link {
  send(command: Command): void
}

export function link(tell: (news: News) => void): Link {
  return typeof SharedWorker === 'undefined' ? ownLink(tell) : sharedLink(tell)
}

function ownLink(tell: (news: News) => void): Link {
  const source = new Source(tell)
  return { send: (command) => (command.kind === 'open' ? source.open() : source.close()) }
}

function sharedLink(tell: (news: News) => void): Link {
  const worker = new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'gatehouse-stream' })
  let wanted = false
  const send = (command: Command) => {
    wanted = command.kind === 'open'
    worker.port.postMessage(command)
  }
  worker.port.onmessage = (message: MessageEvent<News>) => tell(message.data)
  addEventListener('pagehide', () => worker.port.postMessage({ kind: 'bye' } satisfies Command))
  addEventListener('pageshow', (event) => {
    if (event.persisted && wanted) send({ kind: 'open' })
  })
  return { send }
}
