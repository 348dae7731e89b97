import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hazardFile, safetyPage } from '../scripts/hazards.ts'
import { isTest, ROOT, trackedFiles } from './tidy/source-tree.ts'

const { hazards, scale } = hazardFile()
const SPEC = readFileSync(join(ROOT, 'packages/core/src/night/SPEC.md'), 'utf8')
const RULES = [...SPEC.matchAll(/^\| (N\d\d) \|/gm)].map(([, id]) => id!)
const FILES = trackedFiles()

/** The tests that a hazard names: a file, or every test of a folder. */
function testsOf(path: string): string[] {
  return FILES.filter((file) => file === path || (file.startsWith(`${path}/`) && isTest(file)))
}

describe('the hazards', () => {
  it('stand in docs/SAFETY.md as docs/hazards.json has them (npx tsx scripts/hazards.ts)', () => {
    const { is, made } = safetyPage()
    expect(is).toBe(made)
  })

  it('have ids in order, words for everything and known grades', () => {
    for (const [index, hazard] of hazards.entries()) {
      expect(hazard.id).toBe(`H${String(index + 1).padStart(2, '0')}`)
      const { hazard: name, sequence, situation, harm, residual, controls } = hazard
      for (const text of [name, sequence, situation, harm, residual]) expect(text).not.toBe('')
      for (const list of Object.values(controls)) expect(list.length).toBeGreaterThan(0)
      expect(scale.severity).toContain(hazard.severity)
      expect(scale.probability).toContain(hazard.probability)
      const [before, after] = [hazard.probability, hazard.residualProbability].map((grade) =>
        scale.probability.indexOf(grade),
      )
      expect(after).toBeGreaterThanOrEqual(0)
      expect(after).toBeLessThan(before!)
    }
  })

  it('name rules that exist, and every rule of the night stands against one', () => {
    const named = new Set(hazards.flatMap(({ rules }) => rules))
    expect([...named].filter((rule) => !RULES.includes(rule))).toEqual([])
    expect(RULES.filter((rule) => !named.has(rule))).toEqual([])
  })

  it('name tests that exist, each for one of its rules', () => {
    for (const { id, rules, tests } of hazards) {
      for (const path of tests) {
        const found = testsOf(path)
        expect([id, path, found.length > 0]).toEqual([id, path, true])
        const text = found.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n')
        expect([id, path, rules.some((rule) => text.includes(rule))]).toEqual([id, path, true])
      }
    }
  })
})
