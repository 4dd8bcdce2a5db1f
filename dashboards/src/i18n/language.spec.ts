import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en } from './en'
import { translate } from './language'
import { zh } from './zh'

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name) && !name.includes('.spec.') && !name.startsWith('i18n'))
  .map((name) => [name, readFileSync(join('src', name), 'utf8')] as const)

describe('the two languages', () => {
  it('have the same keys', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
  })

  it('say each key in one file alone: of two that meet, one would be silent', () => {
    const files = readdirSync('src/i18n').filter((name) => /^zh(?:_(?!phone)\w+)?\.ts$/.test(name))
    const keys = files.flatMap((name) => [...readFileSync(join('src/i18n', name), 'utf8').matchAll(/^ {2}'([^']+)':/gm)].map(([, key]) => key))
    expect(keys.length).toBeGreaterThan(500)
    expect(keys.filter((key, i) => keys.indexOf(key) < i)).toEqual([])
  })

  it('have the same placeholders under each key', () => {
    const different = Object.keys(zh).filter(
      (key) => String(placeholders(zh[key as keyof typeof zh])) !== String(placeholders(en[key as keyof typeof zh])),
    )
    expect(different).toEqual([])
  })

  it('leave no text empty and no English text in Chinese', () => {
    expect(Object.entries(en).filter(([, text]) => !text.trim())).toEqual([])
    expect(Object.entries(en).filter(([key, text]) => key !== 'frame.language' && /[\u4e00-\u9fff]/.test(text))).toEqual([])
  })

  it('hold no message that nothing shows', () => {
    const all = sources.map(([, text]) => text).join('\n')
    const prefixes = [...all.matchAll(/(?:word\('|`)([a-z_.]+?)(?:'|\.\$\{)/g)].map((found) => `${found[1]}.`)
    const named = new Set([...all.matchAll(/'(?=([^'\s]+)')/g)].map(([, word]) => word))
    const shown = new Set(prefixes)
    const unused = Object.keys(zh).filter((key) => !named.has(key) && ![...shown].some((p) => key.startsWith(p)))
    expect(unused).toEqual([])
  })

  it('are the only place of Chinese text', () => {
    const stray = sources.filter(([, text]) => /[\u4e00-\u9fff]/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')))
    expect(stray.map(([name]) => name)).toEqual([])
  })

  it('are the only place of words that a template shows', () => {
    const MARKS = /^[\s\d\W]*$|^(?:Ctrl [A-Z↓↑]|Gatehouse|CSV|×)$/u
    const stray = sources.filter(([name]) => name.endsWith('.vue')).flatMap(([name, text]) => {
      const template = (/<template>[\s\S]*<\/template>/.exec(text)?.[0] ?? '').replace(/<!--[\s\S]*?-->|\{\{[\s\S]*?\}\}/g, '').replace(/"[^"]*"/g, (quoted) => quoted.replace(/[<>]/g, ' '))
      const shown = [...template.matchAll(/>([^<>]+)</g)].map(([, words = '']) => words.trim())
      const told = [...template.matchAll(/\s(?:title|placeholder|alt|aria-label|label)="([^"]*)"/g)].map(([, words = '']) => words)
      return [...shown, ...told].filter((words) => !MARKS.test(words)).map((words) => `${name}: ${words}`)
    })
    expect(stray).toEqual([])
  })

  it('fill placeholders and keep unknown ones visible', () => {
    expect(translate('en', 'tile.count', { count: 3 })).toBe('3 active')
    expect(translate('en', 'tile.count', {})).toBe('{count} active')
  })
})
