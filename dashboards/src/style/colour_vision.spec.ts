import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Three = readonly [number, number, number]
type Matrix = readonly [Three, Three, Three]

/** Machado, Oliveira, Fernandes 2009, severity 1.0, in linear sRGB. */
const SIGHTS: Readonly<Record<string, Matrix>> = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
/** Two colours of a look at a glance: CIEDE2000 of 10 and more is told apart without searching (2.3 is just noticeable). */
const APART = 10

const css = readFileSync('src/style/tokens.css', 'utf8')

function tokens(theme: string): Map<string, string> {
  const block = css.slice(css.indexOf(`:root[data-theme='${theme}'] {\n  color-scheme`)).split('}')[0] ?? ''
  return new Map([...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]))
}

const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
const times = (matrix: Matrix, [a, b, c]: Three): Three => matrix.map(([x, y, z]) => x * a + y * b + z * c) as unknown as Three

function lab(colour: string, sight: Matrix): Three {
  const rgb = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255)) as unknown as Three
  const seen = times(sight, rgb).map((part) => Math.min(1, Math.max(0, part))) as unknown as Three
  const [x, y, z] = times([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]], seen)
  const f = (part: number) => (part > 216 / 24389 ? Math.cbrt(part) : (24389 / 27 * part + 16) / 116)
  const [fx, fy, fz] = [f(x / 0.95047), f(y), f(z / 1.08883)]
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)]
}

/** CIEDE2000 (Sharma, Wu, Dalal 2005). */
function difference([l1, a1, b1]: Three, [l2, a2, b2]: Three): number {
  const degrees = Math.PI / 180
  const mean = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2
  const g = 0.5 * (1 - Math.sqrt(mean ** 7 / (mean ** 7 + 25 ** 7)))
  const [p1, p2] = [a1 * (1 + g), a2 * (1 + g)]
  const [c1, c2] = [Math.hypot(p1, b1), Math.hypot(p2, b2)]
  const hue = (b: number, a: number) => (a === 0 && b === 0 ? 0 : (Math.atan2(b, a) / degrees + 360) % 360)
  const [h1, h2] = [hue(b1, p1), hue(b2, p2)]
  const turn = c1 * c2 === 0 ? 0 : ((h2 - h1 + 540) % 360) - 180
  const dh = 2 * Math.sqrt(c1 * c2) * Math.sin((turn / 2) * degrees)
  const [l, c] = [(l1 + l2) / 2, (c1 + c2) / 2]
  const sum = h1 + h2
  const h = c1 * c2 === 0 ? sum : Math.abs(h1 - h2) <= 180 ? sum / 2 : sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2
  const cos = (angle: number) => Math.cos(angle * degrees)
  const t = 1 - 0.17 * cos(h - 30) + 0.24 * cos(2 * h) + 0.32 * cos(3 * h + 6) - 0.2 * cos(4 * h - 63)
  const [sl, sc, sh] = [1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2), 1 + 0.045 * c, 1 + 0.015 * c * t]
  const rotation = -2 * Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7)) * Math.sin(60 * Math.exp(-(((h - 275) / 25) ** 2)) * degrees)
  const [x, y, z] = [(l2 - l1) / sl, (c2 - c1) / sc, dh / sh]
  return Math.sqrt(x * x + y * y + z * z + rotation * y * z)
}

it('measures differences as the published test data say', () => {
  expect(difference([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 3)
  expect(difference([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387])).toBeCloseTo(1.2644, 3)
  expect(difference([22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619])).toBeCloseTo(2.0373, 3)
})

describe.each(['dark', 'light'])('the alarm palette of the %s theme', (theme) => {
  const colours = tokens(theme)
  const PAIRS = [1, 2, 3, 4, 5].flatMap((a) => [1, 2, 3, 4, 5].filter((b) => b > a).map((b) => [a, b] as const))

  it.each(Object.keys(SIGHTS))('is told apart with %s', (sight) => {
    const seen = (n: number) => lab(colours.get(`--p${n}`) ?? '#000000', SIGHTS[sight] ?? [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    const close = PAIRS.map(([a, b]) => ({ pair: `${a}-${b}`, by: difference(seen(a), seen(b)) })).filter(({ by }) => by < APART)
    expect(close.map(({ pair, by }) => `${pair} ${by.toFixed(1)}`)).toEqual([])
  })
})
