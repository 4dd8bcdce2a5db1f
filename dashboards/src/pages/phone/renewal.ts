/** The service worker: registered once somebody is logged in; a new version is offered, never forced. */
import { ref } from 'vue'

export function renewal() {
  const fresh = ref(false)
  let waiting: ServiceWorker | null = null

  function found(worker: ServiceWorker | null): void {
    if (!worker || !navigator.serviceWorker.controller) return
    waiting = worker
    fresh.value = true
  }

  async function register(): Promise<void> {
    if (import.meta.env.DEV || !('serviceWorker' in navigator)) return
    try {
      const registration = await navigator.serviceWorker.register('/phone/worker.js', { scope: '/phone/' })
      found(registration.waiting)
      registration.addEventListener('updatefound', () => {
        const next = registration.installing
        next?.addEventListener('statechange', () => next.state === 'installed' && found(next))
      })
    } catch (error) {
      console.info('these pages need the network here', error)
    }
  }

  function renew(): void {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
    waiting?.postMessage('renew')
  }

  return { fresh, renew, register }
}
