/** Asks who it is and what they have to do while the scripts are still on their way; `src/api/early.ts` hands the answers on. */
if (/^\/phone(\/orders\/[^/]+|\/)?$/.test(location.pathname)) {
  const ask = (url) => fetch(url, { credentials: 'same-origin', signal: AbortSignal.timeout(15000) }).then((answer) => ({ answer, at: Date.now() }))
  globalThis.gatehouseEarly = Object.fromEntries(['/api/v1/session', '/api/v1/my-work-orders'].map((url) => [url, ask(url)]))
  for (const asked of Object.values(globalThis.gatehouseEarly)) asked.catch(() => undefined)
}
