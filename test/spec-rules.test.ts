import { describe, expect, it } from 'vitest'
import { readSpec } from './spec-rules.ts'

describe.each([
  ['night', 'N', 70],
  ['fleet', 'F', 50],
])('the rules of the %s', (folder, letter, least) => {
  const { rules, named } = readSpec(folder, letter)
  const ids = rules.map(({ id }) => id)

  it('have ids that are there once, in rising order', () => {
    expect(ids.length).toBeGreaterThan(least)
    expect(ids).toEqual([...new Set(ids)].sort())
  })

  it('are one sentence each', () => {
    for (const { id, rule } of rules) {
      expect([id, rule.endsWith('.'), /\. [A-Z]/.test(rule)]).toEqual([id, true, false])
    }
  })

  it('are each named by the title of at least one test, and no test names another', () => {
    expect(ids.filter((id) => !named.has(id))).toEqual([])
    expect([...named.keys()].filter((id) => !ids.includes(id))).toEqual([])
  })
})
