import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutantsOf } from './mutants.ts'
import { MutatedRun } from './mutated-run.ts'
import { ROOT } from './tidy/source-tree.ts'

const FOLDER = 'packages/core/src/night/governor'
const FILES = readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`)
const SOURCES = FILES.filter((path) => !/\.(test|prop)\.ts$|index\.ts$/.test(path))
const TESTS = FILES.filter((path) => /\.test\.ts$/.test(path))
const LEAST_SCORE = 0.95
/** One in so many mutants outside the nightly run. */
const SAMPLE = 40

/*
 * Mutants that live and change nothing that can be seen; they count as not found all the same:
 * - `<` for `<=` where both sides are the same value then: tighter, standing below the recommended
 *   range, nightEnergy at 0 dB, fallTo to the mode that is, beginTurn at the same time;
 * - table sizes one larger, and counts that are only compared with 0;
 * - Object.freeze left out of lists that nobody is handed;
 * - a level or time of 0 compared as 1 where whole milliseconds or the next check decide.
 */

const nightly = Boolean(process.env.NOCTURNE_NIGHTLY)

describe('the tests of the governor', () => {
  const mutants = SOURCES.flatMap((path) => mutantsOf(path, readFileSync(join(ROOT, path), 'utf8')))

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
          `${(100 * score).toFixed(1)} %`,
        told,
      )
    }
    expect(score, told.join('\n')).toBeGreaterThanOrEqual(LEAST_SCORE)
  }, 1_800_000)
})
