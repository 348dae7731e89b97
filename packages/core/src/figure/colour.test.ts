import { describe, expect, it } from 'vitest'
import { sequentialColour, sequentialPalette } from './colour.ts'
import { type ThemeName, themeOf, themeVariables } from './theme.ts'

type Triple = readonly [number, number, number]
const SIGHT: Record<string, readonly Triple[]> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

function linear(hex: string): Triple {
  const channel = (i: number): number => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

function product(matrix: readonly Triple[], v: Triple): Triple {
  const row = (m: Triple): number => m[0] * v[0] + m[1] * v[1] + m[2] * v[2]
  return [row(matrix[0]!), row(matrix[1]!), row(matrix[2]!)]
}

function oklab(rgb: Triple): Triple {
  const clipped = rgb.map((v) => Math.max(0, Math.min(1, v))) as unknown as Triple
  const cones = product(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    clipped,
  ).map(Math.cbrt) as unknown as Triple
  return product(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  )
}

function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map((hex) => {
    const [r, g, bl] = linear(hex)
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl + 0.05
  })
  return Math.max(x! / y!, y! / x!)
}

describe('the sequential colours', () => {
  it('rise evenly in lightness from night to dawn', () => {
    const table = sequentialPalette()
    const lightness = Array.from({ length: 18 }, (_, i) => {
      const rgb = [...table.subarray(i * 15 * 3 - (i === 17 ? 3 : 0))].slice(0, 3)
      return oklab(linear(`#${rgb.map((v) => v.toString(16).padStart(2, '0')).join('')}`))[0]
    })
    const steps = lightness.slice(1).map((v, i) => v - lightness[i]!)
    expect(Math.min(...steps)).toBeGreaterThan(0.035)
    expect(Math.max(...steps)).toBeLessThan(0.06)
  })

  it('are clamped at both ends and nothing where there is no number', () => {
    expect([-1, 0, 1, 2].map(sequentialColour)).toEqual([
      '#040521',
      '#040521',
      '#fcf2cd',
      '#fcf2cd',
    ])
    expect(sequentialColour(Number.NaN)).toBe('transparent')
  })
})

describe.each(['light', 'dark'] as const)('the %s theme', (name) => {
  const theme = themeOf(name)
  it('keeps every stage at 3:1 and words at 4.5:1 from the surface', () => {
    for (const colour of Object.values(theme.stages)) {
      expect(contrast(colour, theme.surface), colour).toBeGreaterThanOrEqual(3)
    }
    for (const colour of [theme.ink, theme.muted, theme.accent]) {
      expect(contrast(colour, theme.surface), colour).toBeGreaterThanOrEqual(4.5)
    }
  })

  it.each(Object.keys(SIGHT))('keeps the five stages apart with %s', (sight) => {
    const stages = ['W', 'N1', 'N2', 'N3', 'R'] as const
    for (const [i, a] of stages.entries()) {
      for (const b of stages.slice(i + 1)) {
        const [p, q] = [a, b].map((s) => oklab(product(SIGHT[sight]!, linear(theme.stages[s]))))
        const distance = Math.hypot(p![0] - q![0], p![1] - q![1], p![2] - q![2])
        expect(distance, `${a} and ${b}`).toBeGreaterThan(0.1)
      }
    }
  })
})

describe('the theme of a page', () => {
  it('names only variables that the page is given', () => {
    const given = new Set(themeVariables('light').match(/--[\w-]+/g))
    const page = themeOf('page' satisfies ThemeName)
    const used = JSON.stringify(page).match(/--[\w-]+/g) ?? []
    expect(used.length).toBe(11)
    for (const name of used) expect(given.has(name), name).toBe(true)
    expect(themeVariables('dark')).not.toBe(themeVariables('light'))
  })
})
