import { describe, expect, it } from 'vitest'
import { FLAWS, type Flaw } from './flaw.ts'
import { runOrdeal } from './ordeal.ts'

const isNightly = process.env.NOCTURNE_NIGHTLY !== undefined
/** 100 seeds of a small fleet in CI; a thousand of a larger one in the night, some three hours. */
const FLEET = isNightly
  ? { seeds: 1000, devices: 200, minutes: 60 }
  : { seeds: 100, devices: 24, minutes: 6 }
/** Seeds that are tried until a flaw is found. */
const MOST_TRIED = 30

function firstBreach(flaw: Flaw): string | undefined {
  for (let seed = 1; seed <= MOST_TRIED; seed++) {
    const { breach } = runOrdeal({ seed, devices: 40, minutes: 12, flaw })
    if (breach !== undefined) return breach.invariant
  }
  return undefined
}

describe('the whole fleet under every fault that a seed can think of', () => {
  it('keeps I1 to I9, and afterwards everybody with consent is back (F14, F16, F20, F23, F29, F48, F61, F73)', {
    timeout: isNightly ? 25_200_000 : 600_000,
  }, () => {
    const { seeds, devices, minutes } = FLEET
    let [durable, above] = [0, 0]
    for (let seed = 1; seed <= seeds; seed++) {
      const { breach, counts, epoch } = runOrdeal({ seed, devices, minutes })
      expect(breach, `--storm --seed ${seed} --devices ${devices} --hours ${minutes / 60}`).toBe(
        undefined,
      )
      durable += counts.durable
      above += epoch > 1 ? 1 : 0
    }
    expect(durable).toBeGreaterThan(seeds * devices * minutes)
    expect(above).toBeGreaterThan(seeds / 4)
  })

  it('is the same to the last bit for the same seed, and another for another', () => {
    const digests = [7, 7, 8].map((seed) => runOrdeal({ seed, devices: 20, minutes: 6 }).digest)
    expect(digests[0]).toBe(digests[1])
    expect(digests[0]).not.toBe(digests[2])
  })

  it.each(Object.entries(FLAWS))(
    'finds the flaw %s by its invariant %s',
    (flaw, invariant) => {
      expect(firstBreach(flaw as Flaw)).toBe(invariant)
    },
    120_000,
  )
})
