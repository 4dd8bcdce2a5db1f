import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { enPhone } from './en_phone'
import { zhPhone } from './zh_phone'

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
const keys = Object.keys(zhPhone) as (keyof typeof zhPhone)[]
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /phone/i.test(name) && /\.(vue|ts)$/.test(name) && !name.includes('.spec.') && !name.startsWith('i18n'))
  .map((name) => readFileSync(join('src', name), 'utf8'))

describe("the telephone's two languages", () => {
  it('have the same keys and placeholders, and no empty text', () => {
    expect(Object.keys(enPhone).sort()).toEqual([...keys].sort())
    expect(keys.filter((key) => String(placeholders(zhPhone[key])) !== String(placeholders(enPhone[key])))).toEqual([])
    expect(keys.filter((key) => !zhPhone[key].trim() || !enPhone[key].trim())).toEqual([])
  })

  it('are not mixed', () => {
    expect(keys.filter((key) => key !== 'me.language' && /[\u4e00-\u9fff]/.test(enPhone[key]))).toEqual([])
  })

  it('hold no message that nothing shows', () => {
    const all = sources.join('\n')
    const prefixes = [...all.matchAll(/(?:word\('|`)([a-z_.]+?)(?:'|\.\$\{)/g)].map((found) => `${found[1]}.`)
    expect(keys.filter((key) => !all.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)))).toEqual([])
  })
})
