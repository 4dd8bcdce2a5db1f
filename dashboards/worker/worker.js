/** The telephone's service worker: its own pages at hand without a network. It never touches the API, and asks nobody else. */
const VERSION = '__VERSION__'
const FILES = __FILES__
const SHELL = '/phone/'
const cacheName = `phone-${VERSION}`

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' })))))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('phone-') && name !== cacheName).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

/** A new version waits until the page says that nothing is lost by it. */
self.addEventListener('message', (event) => {
  if (event.data === 'renew') void self.skipWaiting()
})

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== self.location.origin || url.pathname.startsWith('/api/')) return
  const wanted = event.request.mode === 'navigate' && (url.pathname === '/phone' || url.pathname.startsWith(SHELL)) ? SHELL : url.pathname
  if (!FILES.includes(wanted)) return
  event.respondWith(caches.open(cacheName).then((cache) => cache.match(wanted)).then((held) => held ?? fetch(event.request)))
})
