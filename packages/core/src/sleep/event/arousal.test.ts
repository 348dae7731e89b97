import { describe, expect, it } from 'vitest'
import { madeUpEeg } from '#test/made-up-eeg.ts'
import { PI, sin } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import type { Stage } from '../stage/stage.ts'
import { detectArousals } from './arousal.ts'
import { detectMovements } from './movement.ts'

const RATE_HZ = 100
const DURATION_S = 300

/** Background with alpha bursts of the given seconds. */
function sleeper(bursts: readonly (readonly [startS: number, durationS: number])[], hz = 10) {
  const samples = madeUpEeg({ rateHz: RATE_HZ, durationS: DURATION_S, seed: 2, spindles: [] })
  for (const [startS, durationS] of bursts) {
    for (let i = startS * RATE_HZ; i < (startS + durationS) * RATE_HZ; i++) {
      samples[i] = samples[i]! + 30 * sin((2 * PI * hz * i) / RATE_HZ)
    }
  }
  return { samples, rateHz: RATE_HZ }
}

function scored(stage: Stage) {
  return { epochS: 30, stages: new Array<Stage>(DURATION_S / 30).fill(stage) }
}

function chin(bursts: readonly (readonly [startS: number, durationS: number])[]) {
  const random = seededRandom(9)
  const samples = new Float64Array(DURATION_S * RATE_HZ).map((_, i) => {
    const isLoud = bursts.some(([s, d]) => i >= s * RATE_HZ && i < (s + d) * RATE_HZ)
    return (isLoud ? 40 : 2) * random.normal()
  })
  return { samples, rateHz: RATE_HZ }
}

describe('arousals', () => {
  it('are shifts of 3 s or more in sleep, placed to half a second', () => {
    const found = detectArousals(sleeper([[100, 6]]), scored('N2'))
    expect(found).toHaveLength(1)
    expect(Math.abs(found[0]!.startS - 100)).toBeLessThan(0.75)
    expect(Math.abs(found[0]!.durationS - 6)).toBeLessThan(1)
    expect(found[0]!.stage).toBe('N2')
    expect(detectArousals(sleeper([[100, 1.5]]), scored('N2'))).toEqual([])
  })

  it('are not spindles, and not in wake or where nothing is scored', () => {
    expect(detectArousals(sleeper([[100, 6]], 14), scored('N2'))).toEqual([])
    expect(detectArousals(sleeper([[100, 6]]), scored('W'))).toEqual([])
    expect(detectArousals(sleeper([[100, 6]]), scored('?'))).toEqual([])
  })

  it('end where the new state has become usual, after about 15 s', () => {
    const found = detectArousals(sleeper([[100, 60]]), scored('N2'))
    expect(found).toHaveLength(1)
    expect(found[0]!.durationS).toBeGreaterThan(13)
    expect(found[0]!.durationS).toBeLessThan(17)
  })

  it('need ten seconds of sleep before them', () => {
    const found = detectArousals(
      sleeper([
        [100, 5],
        [111, 5],
        [140, 5],
      ]),
      scored('N2'),
    )
    expect(found.map(({ startS }) => Math.round(startS))).toEqual([100, 140])
  })

  it('in R need a louder chin as well', () => {
    const eeg = sleeper([[100, 6]])
    expect(detectArousals(eeg, scored('R'))).toEqual([])
    expect(detectArousals(eeg, scored('R'), chin([]))).toEqual([])
    expect(detectArousals(eeg, scored('R'), chin([[101, 3]]))).toHaveLength(1)
  })
})

describe('movements', () => {
  it('are loud bursts of the chin or of the fast EEG; bursts close together are one', () => {
    const quiet = chin([])
    const found = detectMovements(
      quiet,
      chin([
        [50, 3],
        [54, 3],
        [200, 2],
      ]),
    )
    expect(found).toHaveLength(2)
    expect(Math.abs(found[0]!.startS - 50)).toBeLessThan(0.5)
    expect(Math.abs(found[0]!.durationS - 7)).toBeLessThan(0.8)
    expect(detectMovements(chin([[80, 2]]))).toHaveLength(1)
    expect(detectMovements(quiet, quiet)).toEqual([])
  })

  it('are none in a flat signal, and none where samples are missing', () => {
    const flat = { samples: new Float64Array(1000), rateHz: RATE_HZ }
    expect(detectMovements(flat)).toEqual([])
    const loud = chin([[80, 2]])
    const missing = new Uint8Array(loud.samples.length).fill(1, 7_900, 8_400)
    expect(detectMovements({ ...loud, missing })).toEqual([])
  })
})
