import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GUARDRAILS } from '../packages/core/src/night/governor/guardrail.ts'
import { REASONS } from '../packages/core/src/night/governor/reason.ts'
import { BARRED_BY } from '../packages/core/src/night/governor/terms.ts'
import { readSpec } from './spec-rules.ts'
import { isTest, ROOT, trackedFiles } from './tidy/source-tree.ts'

const { text: SPEC, rules } = readSpec('night', 'N')
const IDS = rules.map(({ id }) => id)

describe('the rules of the night', () => {
  it('stand behind every reason of the governor', () => {
    for (const { rule } of Object.values(REASONS)) expect(IDS).toContain(rule)
  })

  it('tell the guardrails and the conditions as the governor has them', () => {
    for (const [name, { absolute, recommended, start }] of Object.entries(GUARDRAILS)) {
      const row = SPEC.split('\n').find((line) => line.startsWith(`| \`${name}\`,`))!
      const cells = row.split('|').map((cell) => cell.trim())
      expect(cells.slice(2, 5)).toEqual([
        `${absolute.from} to ${absolute.to}`,
        `${recommended.from} to ${recommended.to}`,
        String(start),
      ])
    }
    for (const [condition, barred] of Object.entries(BARRED_BY)) {
      expect(SPEC).toContain(`| ${condition} | ${barred.join(', ')} |`)
    }
  })
})

describe('the governor', () => {
  const files = trackedFiles().filter(
    (path) => /night\/governor\/[\w-]+\.ts$/.test(path) && !isTest(path),
  )

  it('is at most 1,500 lines, and imports nothing from outside its folder', () => {
    const texts = files.map((path) => readFileSync(join(ROOT, path), 'utf8'))
    const lines = texts.reduce((sum, text) => sum + text.split('\n').length - 1, 0)
    expect(lines).toBeGreaterThan(1000)
    expect(lines).toBeLessThanOrEqual(1500)
    for (const text of texts) {
      for (const [, from] of text.matchAll(/from '([^']+)'/g))
        expect(from).toMatch(/^\.\/[\w-]+\.ts$/)
    }
  })
})
