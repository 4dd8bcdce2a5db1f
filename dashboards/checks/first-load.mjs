// First load stays small, gzip: each entry with its static imports and styles, and its landing page, from the build's manifest.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LOADS = [
  { name: 'first load', page: 'index.html', landing: 'src/pages/OverviewPage.vue', limit: 150_000 },
  { name: 'first load on the phone', page: 'phone/index.html', landing: 'src/pages/phone/OrderListPage.vue', limit: 120_000 },
]
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

function filesOf(key, seen = new Set()) {
  if (seen.has(key)) return []
  seen.add(key)
  const chunk = manifest[key]
  const imported = (chunk.imports ?? []).flatMap((name) => filesOf(name, seen))
  return [chunk.file, ...(chunk.css ?? []), ...imported]
}

for (const { name, page, landing, limit } of LOADS) {
  const files = new Set([page, ...filesOf(page), ...(manifest[landing] ? filesOf(landing) : [])])
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, dist))).length, 0)
  console.log(`${name}: ${(bytes / 1000).toFixed(1)} kB gzip of ${limit / 1000} (${files.size} files)`)
  if (bytes > limit) process.exitCode = 1
}
