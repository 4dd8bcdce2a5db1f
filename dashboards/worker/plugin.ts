/** Writes the telephone's service worker beside its page, with the list of the files that it keeps. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin, Rollup } from 'vite'

const SOURCE = fileURLToPath(new URL('./worker.js', import.meta.url))
const PUBLIC = fileURLToPath(new URL('../public/phone', import.meta.url))
const ENTRY = 'phone'

/** The files of a chunk, of what it imports, and of what it may fetch later. */
function filesOf(name: string, bundle: Rollup.OutputBundle, seen: Set<string>): void {
  const chunk = bundle[name]
  if (seen.has(name) || chunk?.type !== 'chunk') return
  seen.add(name)
  const styles = (chunk as Rollup.OutputChunk & { viteMetadata?: { importedCss: Set<string> } }).viteMetadata?.importedCss ?? []
  for (const style of styles) seen.add(style)
  for (const next of [...chunk.imports, ...chunk.dynamicImports]) filesOf(next, bundle, seen)
}

export function worker(): Plugin {
  return {
    name: 'gatehouse-worker',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const entry = Object.values(bundle).find((file) => file.type === 'chunk' && file.isEntry && file.name === ENTRY)
        if (!entry) return
        const seen = new Set<string>()
        filesOf(entry.fileName, bundle, seen)
        const icons = readdirSync(PUBLIC).map((file) => `/phone/${file}`)
        const files = ['/phone/', '/favicon.svg', ...icons, ...[...seen].map((file) => `/${file}`)].sort()
        const told = createHash('sha256').update(files.join('\n')).update(readFileSync(SOURCE))
        for (const file of readdirSync(PUBLIC).sort()) told.update(readFileSync(`${PUBLIC}/${file}`))
        const version = told.digest('hex').slice(0, 12)
        const source = readFileSync(SOURCE, 'utf8').replace('__VERSION__', version).replace('__FILES__', JSON.stringify(files))
        this.emitFile({ type: 'asset', fileName: 'phone/worker.js', source })
      },
    },
  }
}
