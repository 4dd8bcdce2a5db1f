import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|ts|css)$/.test(name) && !name.includes('.spec.'))
const read = (name: string) => readFileSync(join('src', name), 'utf8')
/** What makes words of ids for components. */
const CONTEXT = ['components/alarm/alarm_text.ts', 'components/energy/weather_source.ts']

describe('the pages', () => {
  it('read stores; components take props (types and rules of a store may be named; what people are called is a word like any other)', () => {
    const components = files.filter((name) => name.startsWith('components/') && !CONTEXT.includes(name))
    const readers = components.filter((name) => /import \{[^}]*\buse\w+[^}]*\} from '@\/stores\/(?!names')/.test(read(name)))
    expect(readers).toEqual([])
  })

  it('are made of components of at most 250 lines', () => {
    const long = files.filter((name) => name.endsWith('.vue') && read(name).split('\n').length > 250)
    expect(long).toEqual([])
  })

  it('take every colour from the tokens', () => {
    const own = files.filter((name) => name !== 'style/tokens.css' && /(?:#[0-9a-f]{3,8}\b(?=[;\s'"])|\bhsl\()/i.test(read(name).replace(/href="#\w+"|hash: '#\w+'/g, '')))
    expect(own).toEqual([])
  })
})
