import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync('src/style/tokens.css', 'utf8')

function tokens(theme: string): Map<string, string> {
  const block = css.slice(css.indexOf(`:root[data-theme='${theme}'] {\n  color-scheme`)).split('}')[0] ?? ''
  return new Map([...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]))
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

const GROUNDS = ['--ground', '--surface', '--raised', '--pressed']
const PRIORITIES = [1, 2, 3, 4]
const TEXT = [
  ...['--text', '--text-strong', '--muted'].flatMap((text) => GROUNDS.map((ground) => [text, ground])),
  ...PRIORITIES.flatMap((n) => [[`--p${n}-on`, `--p${n}`], [`--p${n}-ink`, '--surface'], [`--p${n}-ink`, '--raised'], ['--text', `--p${n}-wash`], ['--muted', `--p${n}-wash`]]),
  ['--p1-ink', '--p1-wash'],
  ['--action-text', '--action'],
]
const MARKS = [
  ...[1, 2, 4].flatMap((n) => [[`--p${n}`, '--surface'], [`--p${n}`, '--raised']]),
  ...[1, 2, 3, 4].map((n) => [`--chart-${n}`, '--surface']),
  ['--needle', '--band'],
  ['--line-strong', '--surface'],
  ['--focus', '--surface'],
]

describe.each(['dark', 'light'])('the %s theme (WCAG 2.1 AA)', (theme) => {
  const colours = tokens(theme)
  const ratio = ([a = '', b = '']: string[]) => contrast(colours.get(a) ?? '#777777', colours.get(b) ?? '#777777')

  it('has text of at least 4.5 : 1', () => {
    expect(TEXT.filter((pair) => ratio(pair) < 4.5).map((pair) => `${pair.join(' on ')} ${ratio(pair).toFixed(2)}`)).toEqual([])
  })

  it('tells the least that a carpet shows from nothing at all, and from the most', () => {
    expect(Math.min(ratio(['--carpet-low', '--surface']), ratio(['--chart-2', '--carpet-low']))).toBeGreaterThan(1.4)
  })

  it('has marks of at least 3 : 1', () => {
    expect(MARKS.filter((pair) => ratio(pair) < 3).map((pair) => `${pair.join(' on ')} ${ratio(pair).toFixed(2)}`)).toEqual([])
  })
})
