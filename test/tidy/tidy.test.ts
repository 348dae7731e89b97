import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  cycles,
  deadExports,
  impurities,
  layerBreaches,
  silencedTests,
  tooLong,
  type Untidy,
  undocumented,
  vagueNames,
} from './rules.ts'
import { ROOT, sourceFile, sourceTree, trackedFiles } from './source-tree.ts'

const MAX_BLOB_BYTES = 400_000
const files = sourceTree()
const paths = trackedFiles()

function told(untidy: readonly Untidy[]): string[] {
  return untidy.map(({ path, line, what }) => `${path}:${line} ${what}`)
}

const at = (path: string, text: string) => sourceFile(path, text)

describe('the house is tidy', () => {
  it('data flows one way through the core, and shells never import each other', () => {
    expect(told(layerBreaches(files))).toEqual([])
  })
  it('no files import each other in a circle', () => {
    expect(told(cycles(files))).toEqual([])
  })
  it('files, functions and lines are short', () => {
    expect(told(tooLong(files))).toEqual([])
  })
  it('the core has no clock, no dice, no world and no engine-dependent arithmetic', () => {
    expect(told(impurities(files))).toEqual([])
  })
  it('every name is a noun that says something', () => {
    expect(told(vagueNames(paths))).toEqual([])
  })
  it('every export is documented', () => {
    expect(told(undocumented(files))).toEqual([])
  })
  it('every export is used', () => {
    expect(told(deadExports(files))).toEqual([])
  })
  it('no test is silenced', () => {
    expect(told(silencedTests(files))).toEqual([])
  })
  it('nothing large is kept in the repository', () => {
    const large = paths.filter(
      (path) => path !== 'package-lock.json' && statSync(join(ROOT, path)).size > MAX_BLOB_BYTES,
    )
    expect(large).toEqual([])
  })
  it('every page of the documentation has a title', () => {
    const untitled = paths
      .filter((path) => path.endsWith('.md'))
      .filter((path) => !/^# \S/.test(readFileSync(join(ROOT, path), 'utf8')))
    expect(untitled).toEqual([])
  })
})

describe('each rule sees what it is there to see', () => {
  it('a lower folder that imports a higher one', () => {
    const up = at('packages/core/src/signal/a.ts', "import { x } from '../sleep/b.ts'\nx()")
    const down = at('packages/core/src/sleep/b.ts', "import { x } from '../signal/a.ts'\nx()")
    const shell = at('packages/cli/src/a.ts', "import { x } from '../../app/src/b.ts'\nx()")
    expect(layerBreaches([up, down, shell])).toHaveLength(2)
  })
  it('a room of sleep that imports a later one', () => {
    const up = at('packages/core/src/sleep/event/a.ts', "import { x } from '../report/b.ts'\nx()")
    expect(layerBreaches([up])).toHaveLength(1)
  })
  it('a room of the centre that imports a later one', () => {
    const up = at('packages/facility/src/log/a.ts', "import { x } from '../api/b.ts'\nx()")
    const down = at('packages/facility/src/api/a.ts', "import { x } from '../log/b.ts'\nx()")
    expect(layerBreaches([up, down])).toHaveLength(1)
  })
  it('a circle of imports', () => {
    const a = at('packages/core/src/math/a.ts', "import { b } from './b.ts'\nexport const a = b")
    const b = at('packages/core/src/math/b.ts', "import { a } from './a.ts'\nexport const b = a")
    expect(cycles([a, b])).toHaveLength(1)
  })
  it('a long file, a long function, a wide line', () => {
    const wide = at('packages/core/src/math/a.ts', `const sum = ${'1 + '.repeat(40)}1\nsum\n`)
    const long = at('packages/core/src/math/b.ts', `function f() {\n${'f\n'.repeat(70)}}\n`)
    const huge = at('packages/core/src/math/c.ts', 'f\n'.repeat(401))
    expect(tooLong([wide, long, huge])).toHaveLength(3)
  })
  it('a clock, dice, the world, a doubtful sine; but not a date given as an argument', () => {
    const impure = at(
      'packages/core/src/math/a.ts',
      'Date.now(); new Date(); Math.random(); fetch("x"); Math.sin(1); console.log(process.pid); 10 ** 4',
    )
    const pure = at(
      'packages/core/src/math/b.ts',
      'export const f = (document: string) => new Date(Date.UTC(2000, 1)).getTime() + document',
    )
    expect(impurities([impure])).toHaveLength(8)
    expect(impurities([pure])).toEqual([])
  })
  it('a name that says nothing', () => {
    expect(vagueNames(['packages/core/src/math/string-utils.ts', 'a/helpers/b.ts'])).toHaveLength(2)
  })
  it('an export without a docstring, and one nobody uses', () => {
    const file = at(
      'packages/cli/src/a.ts',
      'export const lonely = 1\n/** Words. */\nexport const b = 2',
    )
    expect(undocumented([file])).toHaveLength(1)
    expect(deadExports([file])).toHaveLength(2)
  })
  it('a test that was switched off', () => {
    expect(silencedTests([at('packages/a.test.ts', "it.skip('x', () => {})")])).toHaveLength(1)
  })
})
