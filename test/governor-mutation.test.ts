import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Mutant, mutantsOf } from './mutants.ts'
import { MutatedRun } from './mutated-run.ts'
import { ROOT } from './tidy/source-tree.ts'

const FOLDER = 'packages/core/src/night/governor'
const FILES = readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`)
const SOURCES = FILES.filter((path) => !/\.(test|prop)\.ts$|index\.ts$/.test(path))
const TESTS = FILES.filter((path) => /\.test\.ts$/.test(path))
const LEAST_SCORE = 0.95
/** One in so many mutants outside the nightly run. */
const SAMPLE = 40

/** Mutants that change nothing that could be seen, and why: file, what was, what is. */
const EQUIVALENT: readonly (readonly [file: string, was: string, is: string, why: string])[] = []

function isEquivalent({ path, was, is }: Mutant): boolean {
  return EQUIVALENT.some(([file, w, i]) => path.endsWith(`/${file}`) && w === was && i === is)
}

const nightly = Boolean(process.env.NOCTURNE_NIGHTLY)

describe('the tests of the governor', () => {
  const all = SOURCES.flatMap((path) => mutantsOf(path, readFileSync(join(ROOT, path), 'utf8')))
  const mutants = all.filter((mutant) => !isEquivalent(mutant))

  it('pass without a mutant in this way of running them', () => {
    expect(new MutatedRun(TESTS, expect).failure()).toBeUndefined()
  })

  it('find at least 95 % of the mutants, of a sample here and of all of them nightly', () => {
    const run = new MutatedRun(TESTS, expect)
    expect(run.failure()).toBeUndefined()
    const tried = nightly ? mutants : mutants.filter((_, i) => i % SAMPLE === 0)
    const alive = tried.filter((mutant) => run.failure(mutant) === undefined)
    const score = 1 - alive.length / tried.length
    const told = alive.map(({ path, line, was, is }) => `${path}:${line}  ${was}  ->  ${is}`)
    if (nightly) {
      console.log(
        `mutants: ${tried.length}, found ${tried.length - alive.length}, score ` +
          `${(100 * score).toFixed(1)} %, equivalent ${all.length - mutants.length}`,
        told,
      )
    }
    expect(score, told.join('\n')).toBeGreaterThanOrEqual(LEAST_SCORE)
  }, 1_800_000)
})
