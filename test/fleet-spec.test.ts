import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isTest, ROOT, trackedFiles } from './tidy/source-tree.ts'

const SPEC = readFileSync(join(ROOT, 'packages/core/src/fleet/SPEC.md'), 'utf8')
const ROWS = [...SPEC.matchAll(/^\| (F\d\d) \| ([AR]) \| (.+?) \| (.+?) \| (.+?) \|$/gm)]
const IDS = ROWS.map(([, id]) => id!)
const number = (id: string): number => Number(id.slice(1))

/** Rule ids in the titles of tests of the fleet, each with the files that name it. */
function namedInTests(): Map<string, string[]> {
  const named = new Map<string, string[]>()
  const files = trackedFiles().filter((path) => /\.tsx?$/.test(path) && isTest(path))
  for (const path of files) {
    const text = readFileSync(join(ROOT, path), 'utf8')
    for (const [, title] of text.matchAll(/\b(?:describe|it)\(\s*(?:'|"|`)(.*?)(?:'|"|`),/gs)) {
      for (const [id] of title!.matchAll(/\bF[1-9]\d\b/g)) {
        named.set(id, [...(named.get(id) ?? []), path])
      }
    }
  }
  return named
}

describe('the rules of the fleet', () => {
  it('have ids that are there once, in rising order', () => {
    expect(IDS.length).toBeGreaterThan(20)
    expect(IDS).toEqual([...new Set(IDS)].sort((a, b) => number(a) - number(b)))
  })

  it('are one sentence each', () => {
    for (const [, id, , rule] of ROWS) {
      expect([id, rule!.endsWith('.'), /\. [A-Z]/.test(rule!)]).toEqual([id, true, false])
    }
  })

  it('are each named by the title of at least one test, and no test names another', () => {
    const named = namedInTests()
    expect(IDS.filter((id) => !named.has(id))).toEqual([])
    expect([...named.keys()].filter((id) => !IDS.includes(id))).toEqual([])
  })
})
