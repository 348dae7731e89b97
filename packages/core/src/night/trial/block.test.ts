import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { wavChunks } from '../stimulus/wav.ts'
import { analysisOf } from './analysis.ts'
import { conductOf, sealedArm } from './arm.ts'
import { type BlockArm, blockArmOf, blockOf, countedBlock } from './block.ts'
import { knownBlocks, nightDifferences, pairDifferences } from './block-analysis.ts'
import { armOf, checkDesign, type Design, designText } from './design.ts'
import { commitmentOf } from './seal.ts'
import type { BlockMeasure, Trial } from './trial.ts'
import { readTrial, writeTrial } from './trial-file.ts'

const hex = (n: number): string => n.toString(16).padStart(64, '0')
const SECRET = { seed: hex(77), salt: hex(5) }
const DESIGN: Design = { control: 'muted', perBlock: 1, nights: 12, blockMin: 10 }
const SEALED: Trial = {
  name: 'blocks',
  createdMs: 1_790_000_000_000,
  design: DESIGN,
  commitment: commitmentOf(designText(DESIGN), SECRET),
  nights: [],
}
const seeds = fc.integer({ min: 0, max: 2 ** 31 }).map(hex)
/** A deviation of a share of n fair coins that one in a thousand has, two-sided. */
const oddly = (n: number): number => 3.3 * Math.sqrt(n / 4)

describe('a design with blocks within a night', () => {
  it('is against muted sham alone, in blocks of 5 to 30 min, over six nights or more (N84)', () => {
    expect(checkDesign(DESIGN)).toEqual({ ok: true, value: DESIGN })
    expect(checkDesign({ ...DESIGN, nights: 7 }).ok).toBe(true)
    const refused: [string, object][] = [
      ['control', { control: 'random-phase' }],
      ['control', { control: 'off' }],
      ['control', { perBlock: 2 }],
      ['blockMin', { blockMin: 4 }],
      ['blockMin', { blockMin: 31 }],
      ['blockMin', { blockMin: 7.5 }],
      ['nights', { nights: 5 }],
      ['nights', { nights: 365 }],
    ]
    for (const [where, change] of refused) {
      const checked = checkDesign({ ...DESIGN, ...change })
      expect(!checked.ok && checked.problem.where).toBe(where)
    }
  })

  it('is committed to in words of its own, and a trial without has those it always had', () => {
    expect(designText(DESIGN)).toBe(
      'stim against muted in blocks of 10 min within a night, 12 nights',
    )
    const { blockMin: _, ...plain } = DESIGN
    expect(designText(plain)).toBe('stim against muted, 1 of each to a block, 12 nights')
    expect(commitmentOf(designText(DESIGN), SECRET)).not.toBe(
      commitmentOf(designText({ ...DESIGN, blockMin: 11 }), SECRET),
    )
  })
})

describe('the draw of blocks', () => {
  it('has sound in one block of each pair and none in the other, whatever the seed (N81, N84)', () => {
    fc.assert(
      fc.property(seeds, fc.nat(363), fc.nat(143), (seed, night, pair) => {
        const arms = [blockArmOf(seed, night, 2 * pair), blockArmOf(seed, night, 2 * pair + 1)]
        expect([...arms].sort()).toEqual(['muted', 'stim'])
        expect(armOf(DESIGN, seed, night)).toBe('blocks')
      }),
      { seed: 20261127, numRuns: 200 },
    )
  })

  it('cannot be foretold: not from the pair or the night before, nor from what a box keeps (N80, N81)', () => {
    const n = 2000
    const same = { first: 0, pairBefore: 0, nightBefore: 0, seal: 0 }
    for (let k = 0; k < n; k++) {
      const seed = hex(k)
      const arm = blockArmOf(seed, 4, 6)
      if (arm === 'stim') same.first++
      if (arm === blockArmOf(seed, 4, 4)) same.pairBefore++
      if (arm === blockArmOf(seed, 3, 6)) same.nightBefore++
      if ((arm === 'stim') === sealedArm('blocks', seed, 4)[0]! < 128) same.seal++
    }
    for (const count of Object.values(same)) {
      expect(Math.abs(count - n / 2)).toBeLessThan(oddly(n))
    }
  })

  it('runs by device time alone: the muted moments are those of the muted blocks (N82)', () => {
    const { mutedAt } = conductOf('blocks', SECRET.seed, 3, 10)
    const minutes = Array.from({ length: 480 }, (_, minute) => mutedAt(60_000 * minute))
    expect(minutes.filter(Boolean).length).toBe(240)
    for (const [minute, isMuted] of minutes.entries()) {
      expect(isMuted).toBe(blockArmOf(SECRET.seed, 3, Math.floor(minute / 10)) === 'muted')
    }
    expect([blockOf(599_999.9, 10), blockOf(600_000, 10), blockOf(-1, 10)]).toEqual([0, 1, 0])
  })

  it('leaves a sound file of the same length whose sounds are those of the stim night, in its loud blocks alone (N82, N84)', () => {
    const [minutes, rateHz] = [20, 50]
    const sounds = Array.from({ length: 2 * minutes }, (_, k) => {
      return { atS: 30 * k + 10, samples: Float32Array.of(0.5, -0.5) }
    })
    const file = (draw: 'stim' | 'muted' | 'blocks'): Int16Array => {
      const { mutedAt } = conductOf(draw, SECRET.seed, 3, 5)
      const bytes = Buffer.concat([...wavChunks(sounds, 60 * minutes, rateHz, mutedAt)])
      return new Int16Array(
        bytes.buffer.slice(bytes.byteOffset + 44, bytes.byteOffset + bytes.length),
      )
    }
    const [stim, muted, blocks] = [file('stim'), file('muted'), file('blocks')]
    expect([muted.length, blocks.length]).toEqual([stim.length, stim.length])
    expect([stim.some(Boolean), muted.some(Boolean)]).toEqual([true, false])
    const loud: BlockArm[] = []
    for (let block = 0; block < 4; block++) {
      const [from, to] = [block, block + 1].map((k) => k * 300 * rateHz)
      const part = blocks.subarray(from, to)
      loud.push(part.some(Boolean) ? 'stim' : 'muted')
      if (part.some(Boolean)) expect(part).toEqual(stim.subarray(from, to))
    }
    expect(loud).toEqual([0, 1, 2, 3].map((block) => blockArmOf(SECRET.seed, 3, block)))
  })

  it('counts no marker within 30 s after a border or 10 s before one', () => {
    const at = (second: number): number | undefined => countedBlock(1000 * second, 10)
    expect([29.9, 30, 589.9, 590, 600, 630, 1189].map(at)).toEqual([
      ...[undefined, 0, 0, undefined, undefined, 1, 1],
    ])
  })
})

describe('nights of blocks in the file of a trial', () => {
  const blocks: BlockMeasure[] = [
    { block: 4, markers: 12, arousals: 1, swaUv2: 810, windows: [0.25], wholeUv2: 640.5 },
    { block: 5, markers: 9, silentMarkers: 8, silentArousals: 2 },
  ]

  it('are read back as they were written', () => {
    const trial = { ...SEALED, opened: SECRET, nights: [{ night: 2, kss: 4, blocks }] }
    expect(readTrial(writeTrial(trial))).toEqual({ ok: true, value: trial })
    expect(readTrial(writeTrial(SEALED))).toEqual({ ok: true, value: SEALED })
  })

  it('are refused with a block that is odd, named', () => {
    const refused: [string, unknown][] = [
      ['nights[0].blocks', {}],
      ['nights[0].blocks[0]', [3]],
      ['nights[0].blocks[0].block', [{ markers: 3 }]],
      ['nights[0].blocks[1].block', [blocks[1], blocks[0]]],
      ['nights[0].blocks[0].arm', [{ block: 1, arm: 'stim' }]],
      ['nights[0].blocks[0].kss', [{ block: 1, kss: 4 }]],
      ['nights[0].blocks[0].wholeUv2', [{ block: 1, wholeUv2: 0 }]],
      ['nights[0].blocks[0].arousals', [{ block: 1, markers: 1, arousals: 2 }]],
      ['nights[0].blocks[0].windows', [{ block: 1, windows: [99] }]],
    ]
    for (const [where, odd] of refused) {
      const text = JSON.stringify({
        ...JSON.parse(writeTrial(SEALED)),
        nights: [{ night: 0, blocks: odd }],
      })
      const read = readTrial(text)
      expect(!read.ok && read.problem.where).toBe(where)
    }
  })
})

describe('the analysis of nights of blocks', () => {
  /** Four pairs of blocks a night, which share its level and each block's own. */
  const trialOf = (gain: number, nights = 12, mutedWindows = 0): Trial => {
    const random = seededRandom(31)
    const outcomes = Array.from({ length: nights }, (_, night) => {
      const level = 0.5 * random.normal()
      const blocks = Array.from({ length: 8 }, (_, block): BlockMeasure => {
        const isStim = blockArmOf(SECRET.seed, night, block) === 'stim'
        const noise = level + 0.15 * random.normal()
        return {
          ...{ block, markers: 15, arousals: isStim ? 2 : 0, silentMarkers: 15, silentArousals: 0 },
          swaUv2: 800 * Math.exp(noise + (isStim ? gain : 0)),
          wholeUv2: 700 * Math.exp(level + 0.1 * random.normal()),
          windows: Array.from({ length: 8 }, () => {
            return (isStim ? gain : mutedWindows) + 0.3 * random.normal()
          }),
        }
      })
      return { night, kss: 4, guess: 'sound' as const, blocks }
    })
    return { ...SEALED, opened: SECRET, nights: outcomes }
  }

  it('finds a planted difference, one number a night, and says what it is not about (N84)', () => {
    const { swa, blocks, sentence, stimNights, kss, blinding } = analysisOf(trialOf(0.3))
    expect([swa.blocks, stimNights, kss.blocks]).toEqual([12, 12, 0])
    expect(blocks).toMatchObject({ blockMin: 10, pairs: 48 })
    expect(swa.low).toBeGreaterThan(0)
    expect(swa.low).toBeLessThan(0.3)
    expect(swa.high).toBeGreaterThan(0.3)
    expect(Math.abs(blocks!.whole.estimate)).toBeLessThan(0.1)
    expect([blinding.bangSound, blinding.bangSilence]).toEqual([1, Number.NaN])
    expect(sentence).toMatch(
      /^Over 48 pairs of blocks in 12 nights, slow waves in the 4 s after a marker were larger, by/,
    )
    expect(sentence).toContain('minutes of the same nights: it says nothing about deep sleep of a')
  })

  it('is uncertain where nothing differs, with five nights, or where muted windows differ too', () => {
    expect(analysisOf(trialOf(0)).sentence).toContain('no difference is among them: uncertain')
    expect(analysisOf(trialOf(0.3, 5)).sentence).toContain('uncertain')
    expect(analysisOf(trialOf(0.3, 12, 0.3)).sentence).toContain(
      'muted blocks show a difference too',
    )
    expect(analysisOf({ ...SEALED, opened: SECRET }).sentence).toBe(
      'No night has a pair of blocks yet: nothing can be said.',
    )
  })

  it('has nothing of a night in which nothing could sound', () => {
    const blocks = [8, 9].map((block) => ({ block, markers: 0, wholeUv2: 100 * block }))
    const opened = { ...SEALED, opened: SECRET, nights: [{ night: 3, blocks }] }
    expect(analysisOf(opened).blocks).toMatchObject({ pairs: 0, whole: { blocks: 0 } })
  })

  it('counts arousals after sounds against those of muted blocks and silent windows', () => {
    expect(analysisOf(trialOf(0.1)).soundWakes).toBeGreaterThan(0.9)
  })

  it('weighs pairs by their markers and likeness, leaves out blocks without the other, and turns with the arms', () => {
    const blocks: BlockMeasure[] = [
      { block: 0, markers: 9, swaUv2: 8, wholeUv2: 2 },
      { block: 1, markers: 9, swaUv2: 4, wholeUv2: 2 * Math.exp(0.8) },
      { block: 2, markers: 5, swaUv2: 3 },
      { block: 4, markers: 0, swaUv2: 1 },
      { block: 5, markers: 0, swaUv2: 2 },
      { block: 6, markers: 9, swaUv2: 1, wholeUv2: 3 },
      { block: 7, markers: 19, swaUv2: 1, wholeUv2: 3 },
    ]
    const known = knownBlocks([{ night: 0, blocks }], SECRET.seed)
    const pairs = pairDifferences(known, ({ swaUv2 }) => swaUv2)
    expect(pairs.map(({ difference }) => Math.abs(difference))).toEqual([4, 1, 0])
    const weights = pairs.map(({ weight }) => Math.round(1e9 * weight) / 1e9)
    expect(weights).toEqual([2.5, 0.25, 6.666666667])
    const [night] = nightDifferences(pairs)
    const sum = 2.5 * pairs[0]!.difference + 0.25 * pairs[1]!.difference
    expect(night).toBeCloseTo(sum / (2.5 + 0.25 + 20 / 3), 9)
    const other = known.map((block) => ({ ...block, isStim: !block.isStim }))
    const swapped = nightDifferences(pairDifferences(other, ({ swaUv2 }) => swaUv2))
    expect(swapped).toEqual([-night!])
  })
})
