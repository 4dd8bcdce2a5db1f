// First load stays under 150 kB gzip: the entry, its static imports and styles, and the landing page, from the build's manifest.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMIT = 150_000
const LANDING = 'src/pages/OverviewPage.vue'
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

function filesOf(key, seen = new Set()) {
  if (seen.has(key)) return []
  seen.add(key)
  const chunk = manifest[key]
  const imported = (chunk.imports ?? []).flatMap((name) => filesOf(name, seen))
  return [chunk.file, ...(chunk.css ?? []), ...imported]
}

const files = new Set(['index.html', ...filesOf('index.html'), ...filesOf(LANDING)])
const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, dist))).length, 0)
console.log(`first load: ${(bytes / 1000).toFixed(1)} kB gzip of ${LIMIT / 1000} (${files.size} files)`)
if (bytes > LIMIT) process.exit(1)
