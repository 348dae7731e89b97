import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { analysisOf, blockDifferences } from './analysis.ts'
import { conductOf, type NightDraw, openedArm, sealedArm } from './arm.ts'
import { excessProbability, soundWakes } from './attribution.ts'
import { evidenceOf } from './betting.ts'
import { blindingOf, type Guess } from './blinding.ts'
import { armOf, checkDesign, type Design, designText, trialNight } from './design.ts'
import { signFlipP } from './permutation.ts'
import { commitmentOf, hmacSha256, sealedDraws } from './seal.ts'
import { nightsSentence } from './sentence.ts'
import { type Trial, withOutcome } from './trial.ts'
import { isTrialName, openTrial, readTrial, writeTrial } from './trial-file.ts'

const DESIGN: Design = { control: 'muted', perBlock: 2, nights: 28 }
const hex = (n: number): string => n.toString(16).padStart(64, '0')
const SECRET = { seed: hex(77), salt: hex(5) }
const SEALED: Trial = {
  name: 'autumn',
  createdMs: 1_790_000_000_000,
  design: DESIGN,
  commitment: commitmentOf(designText(DESIGN), SECRET),
  nights: [],
}
const seeds = fc.integer({ min: 0, max: 2 ** 31 }).map(hex)
const designs = fc
  .record({ perBlock: fc.constantFrom(1, 2, 3), blocks: fc.integer({ min: 6, max: 20 }) })
  .map(({ perBlock, blocks }): Design => {
    return { control: 'muted', perBlock, nights: 2 * perBlock * blocks }
  })

describe('the seal', () => {
  it('is an HMAC-SHA256 like that of Node, for keys of every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 150 }), fc.nat(), (key, n) => {
        const expected = createHmac('sha256', key).update(`night ${n}`).digest('hex')
        expect(hmacSha256(key, `night ${n}`)).toBe(expected)
      }),
      { seed: 20261127, numRuns: 200 },
    )
  })

  it('opens with the secret it was made of, and with no other seed, salt or design', () => {
    expect(openTrial(SEALED, SECRET).ok).toBe(true)
    const others = [
      openTrial(SEALED, { ...SECRET, seed: hex(78) }),
      openTrial(SEALED, { ...SECRET, salt: hex(6) }),
      openTrial({ ...SEALED, design: { ...DESIGN, nights: 32 } }, SECRET),
    ]
    for (const other of others) expect(!other.ok && other.problem.code).toBe('TRIAL_SEAL')
    const shapes = [openTrial(SEALED, { seed: 'x', salt: 'y' }), openTrial(SEALED, 3)]
    for (const other of shapes) expect(!other.ok && other.problem.code).toBe('TRIAL_SHAPE')
  })

  it('draws each number as often as another', () => {
    const draw = sealedDraws(SECRET.seed, 'even')
    const counts = new Array<number>(6).fill(0)
    for (let k = 0; k < 3000; k++) counts[draw(6)]!++
    const chi2 = counts.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0)
    expect(chi2).toBeLessThan(20.5) // 0.1 % of five degrees of freedom
  })
})

describe('the draw of arms', () => {
  it('is balanced in every block, and the seed alone decides it (N81)', () => {
    fc.assert(
      fc.property(designs, seeds, (design, seed) => {
        expect(checkDesign(design).ok).toBe(true)
        const size = 2 * design.perBlock
        for (let from = 0; from < design.nights; from += size) {
          const arms = Array.from({ length: size }, (_, k) => armOf(design, seed, from + k))
          expect(arms.filter((arm) => arm === 'stim').length).toBe(design.perBlock)
        }
        expect(armOf(design, seed, 5)).toBe(armOf({ ...design }, seed, 5))
      }),
      { seed: 20261127, numRuns: 12 },
    )
  })

  it('leaves a silent night in every week, and two free ones after fourteen (N68, N69)', () => {
    fc.assert(
      fc.property(designs, seeds, (design, seed) => {
        let row = 0
        for (let night = 0; night < design.nights; night++) {
          row = armOf(design, seed, night) === 'stim' ? row + 1 : 0
          expect(row).toBeLessThanOrEqual(6)
        }
      }),
      { seed: 20261127, numRuns: 12 },
    )
    const month = Array.from({ length: 32 }, (_, night) => trialNight(night))
    expect(month.slice(12, 18)).toEqual([12, 13, undefined, undefined, 14, 15])
    expect(month.filter((night) => night === undefined).length).toBe(4)
  })

  it('cannot be foretold from earlier blocks: a guesser is right half of the time', () => {
    const design = { ...DESIGN, perBlock: 1 }
    let [same, stim] = [0, 0]
    const n = 2000
    for (let k = 0; k < n; k++) {
      const first = armOf(design, hex(k), 20)
      if (first === 'stim') stim++
      if (first === armOf(design, hex(k), 22)) same++
    }
    const bound = 3.3 * Math.sqrt(n / 4) // 0.1 %, two-sided
    expect(Math.abs(stim - n / 2)).toBeLessThan(bound)
    expect(Math.abs(same - n / 2)).toBeLessThan(bound)
  })

  it('refuses designs without six nights of each arm, or that do not fit their blocks', () => {
    const refused = [
      { ...DESIGN, nights: 8 },
      { ...DESIGN, nights: 30 },
      { ...DESIGN, perBlock: 4, nights: 32 },
      { ...DESIGN, control: 'stim' as 'off' },
    ]
    for (const design of refused) expect(checkDesign(design).ok).toBe(false)
  })
})

describe('an arm as data', () => {
  it('gives the loop the same night for sound and muted sham, down to every seed (N82)', () => {
    const { mutedAt: loud, ...stim } = conductOf('stim', SECRET.seed, 3)
    const { mutedAt: silent, ...sham } = conductOf('muted', SECRET.seed, 3)
    const { mutedAt: _both, ...blocks } = conductOf('blocks', SECRET.seed, 3, 10)
    expect([sham, blocks]).toEqual([stim, stim])
    expect([loud(0), loud(1e7), silent(0), silent(1e7)]).toEqual([false, false, true, true])
  })

  it('aims at random phases, or at nothing, where the arm is that', () => {
    const random = conductOf('random-phase', SECRET.seed, 3)
    expect(random.aim.kind).toBe('random-phase')
    expect(random.aim).not.toEqual(conductOf('random-phase', SECRET.seed, 4).aim)
    const off = conductOf('off', SECRET.seed, 3)
    expect([off.aim, off.mutedAt(0)]).toEqual([{ kind: 'none' }, true])
  })

  it('is 32 bytes in a box, of which only the seed tells the arm (N80)', () => {
    for (const arm of ['stim', 'muted', 'random-phase', 'off', 'blocks'] satisfies NightDraw[]) {
      const sealed = sealedArm(arm, SECRET.seed, 9)
      expect(sealed.length).toBe(32)
      expect(openedArm(sealed, SECRET.seed, 9)).toBe(arm)
      expect(openedArm(sealed, hex(1), 9)).toBeUndefined()
      expect(openedArm(sealed, SECRET.seed, 10)).toBeUndefined()
    }
  })
})

describe('the file of a trial', () => {
  it('reads back what was written, sealed or opened', () => {
    let trial = withOutcome(SEALED, { night: 4, kss: 3, guess: 'silence' })
    trial = withOutcome(trial, { night: 1, swaUv2: 812.5, markers: 210, arousals: 4 })
    trial = withOutcome(trial, { night: 4, swaUv2: 700, heard: false, distress: 2.5 })
    const answers = { kss: 3, guess: 'silence', heard: false, distress: 2.5 }
    expect(trial.nights[1]).toEqual({ night: 4, swaUv2: 700, ...answers })
    const counts = { silentMarkers: 90, silentArousals: 1, evokedUv: -3.5, spindleLog: 0.1 }
    trial = withOutcome(trial, { night: 5, windows: [0.1, -0.25], ...counts })
    expect(readTrial(writeTrial(trial))).toEqual({ ok: true, value: trial })
    const opened = { ...trial, opened: SECRET }
    expect(readTrial(writeTrial(opened))).toEqual({ ok: true, value: opened })
  })

  it('shows neither seed nor arm before it is opened (N80)', () => {
    const text = writeTrial(withOutcome(SEALED, { night: 0, kss: 4 }))
    expect(text).not.toContain(SECRET.seed)
    expect(text).not.toContain(SECRET.salt)
    expect(Object.keys(JSON.parse(text).nights[0])).toEqual(['night', 'kss'])
  })

  it('refuses every field that is missing, unknown or beyond its bounds, naming it', () => {
    const whole = JSON.parse(writeTrial(withOutcome(SEALED, { night: 2, kss: 4 })))
    const refused: [string, object][] = [
      ['format', { ...whole, format: 'x' }],
      ['name', { ...whole, name: 'No Such' }],
      ['createdMs', { ...whole, createdMs: 1.5 }],
      ['commitment', { ...whole, commitment: 'ab' }],
      ['arm', { ...whole, arm: 'stim' }],
      ['design', { ...whole, design: { nights: 28 } }],
      ['nights', { ...whole, nights: {} }],
      ['nights[0]', { ...whole, nights: [7] }],
      ['nights[0].arm', { ...whole, nights: [{ night: 0, arm: 'stim' }] }],
      ['nights[0].kss', { ...whole, nights: [{ night: 0, kss: 0 }] }],
      ['nights[0].night', { ...whole, nights: [{ night: 28 }] }],
      ['nights[1].night', { ...whole, nights: [{ night: 3 }, { night: 3 }] }],
      ['nights[0].guess', { ...whole, nights: [{ night: 0, guess: 'stim' }] }],
      ['nights[0].arousals', { ...whole, nights: [{ night: 0, markers: 1, arousals: 2 }] }],
      ['nights[0].windows', { ...whole, nights: [{ night: 1, windows: [0, 21] }] }],
      ['nights[0].heard', { ...whole, nights: [{ night: 1, heard: 'no' }] }],
      ['nights[0].distress', { ...whole, nights: [{ night: 1, distress: 11 }] }],
      ['nights[0].silentArousals', { ...whole, nights: [{ night: 1, silentArousals: 1 }] }],
      ['opened', { ...whole, opened: { ...SECRET, seed: hex(1) } }],
    ]
    for (const [where, document] of refused) {
      const read = readTrial(JSON.stringify(document))
      expect(!read.ok && read.problem.where).toBe(where)
    }
    expect(readTrial('{').ok).toBe(false)
    expect([isTrialName('autumn-2'), isTrialName('../x')]).toEqual([true, false])
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readTrial(text).ok).toBe(false)
      }),
      { seed: 20261127, numRuns: 300 },
    )
  })
})

describe('the analysis', () => {
  const trialWith = (gain: number, seed: number): Trial => {
    const random = seededRandom(seed)
    let trial: Trial = { ...SEALED, opened: SECRET }
    for (let night = 0; night < DESIGN.nights; night++) {
      const isStim = armOf(DESIGN, SECRET.seed, night) === 'stim'
      const swaUv2 = 800 * Math.exp((isStim ? Math.log(1 + gain) : 0) + 0.08 * random.normal())
      const outcome = { night, swaUv2, markers: 100, arousals: 2, kss: 4, guess: 'unknown' }
      trial = withOutcome(trial, outcome as { night: number; guess: Guess })
    }
    return trial
  }

  /** Sixty pairs of windows a night; sounds bring an arousal to one marker in ten. */
  const windowsTrial = (effect: number, muted: number): Trial => {
    const random = seededRandom(12)
    let trial: Trial = { ...SEALED, opened: SECRET }
    for (let night = 0; night < DESIGN.nights; night++) {
      const isStim = armOf(DESIGN, SECRET.seed, night) === 'stim'
      const windows = Array.from({ length: 60 }, () => {
        return (isStim ? effect : muted) + 0.5 * random.normal()
      })
      const arousals = isStim ? 6 : 1
      const counts = { markers: 60, arousals, silentMarkers: 60, silentArousals: 1 }
      trial = withOutcome(trial, { night, windows, ...counts })
    }
    return trial
  }

  it('finds a large effect, and says it within its interval only', () => {
    const { swa, swaP, sentence, stimNights } = analysisOf(trialWith(0.4, 3))
    expect(stimNights).toBe(14)
    expect(swa.low).toBeGreaterThan(0)
    expect(swa.low).toBeLessThan(Math.log(1.4))
    expect(swa.high).toBeGreaterThan(Math.log(1.4))
    expect(swaP).toBeLessThan(0.05)
    expect(sentence).toMatch(/larger, by \+\d+ % to \+\d+ %/)
  })

  it('is uncertain where nothing differs, and with too few nights whatever was seen', () => {
    const none = analysisOf(trialWith(0, 4))
    expect(none.sentence).toContain('uncertain')
    expect(none.kss.estimate).toBe(0)
    expect(none.blinding.james).toBe(1)
    const sure = { blocks: 5, e: 99, anytimeP: 0.01, estimate: 0.2, low: 0.1, high: 0.3 }
    expect(nightsSentence(sure, 5)).toContain('uncertain')
    expect(nightsSentence(sure, 6)).toContain('larger')
    expect(nightsSentence({ ...sure, low: Number.NEGATIVE_INFINITY }, 9)).toContain('uncertain')
    expect(analysisOf({ ...SEALED, opened: SECRET }).sentence).toContain('nothing can be said')
  })

  it('claims by the pairs of windows inside nights with sound, in words that say so', () => {
    const { sentence, windows, mutedWindows, soundWakes } = analysisOf(windowsTrial(0.3, 0))
    expect(windows.low).toBeGreaterThan(0)
    expect(windows.low).toBeLessThan(0.3)
    expect(windows.high).toBeGreaterThan(0.3)
    expect(mutedWindows.low).toBeLessThan(0)
    expect(sentence).toMatch(
      /^Over 840 pairs of windows in 14 nights, slow waves in the 4 s after a marker were larger, by/,
    )
    expect(soundWakes).toBeGreaterThan(0.9)
  })

  it('claims nothing where muted nights show a difference too, or nothing differs', () => {
    expect(analysisOf(windowsTrial(0.3, 0.3)).sentence).toContain('nights without sound show a')
    expect(analysisOf(windowsTrial(0, 0)).sentence).toContain('uncertain')
  })

  it('passes over nights without the outcome and blocks with one arm', () => {
    const nights = [{ night: 0, kss: 3 }, { night: 1, kss: 5 }, { night: 2, kss: 9 }, { night: 3 }]
    const even = (night: number): boolean => night % 2 === 0
    expect(blockDifferences(nights, 2, even, ({ kss }) => kss)).toEqual([-2])
  })

  it('has a two-sided p that is exact for few blocks and close to it for more', () => {
    expect(signFlipP([1, 2, 3], 1)).toBe(2 / 8)
    expect(signFlipP([], 1)).toBe(1)
    expect(signFlipP(new Array<number>(15).fill(1), 1)).toBe(1 / 10_000)
    const random = seededRandom(9)
    const fourteen = Array.from({ length: 14 }, () => 0.4 + random.normal())
    expect(signFlipP([...fourteen, 0], 1)).toBeCloseTo(signFlipP(fourteen, 1), 1)
  })

  it('moves the interval with the data and turns it over with the sign', () => {
    const random = seededRandom(2)
    const d = Array.from({ length: 20 }, () => 0.1 + 0.1 * random.normal())
    const a = evidenceOf(d, 0.15)
    const turned = evidenceOf(
      d.map((x) => -x),
      0.15,
    )
    expect(turned.low).toBeCloseTo(-a.high, 9)
    const moved = evidenceOf(
      d.map((x) => x + 1),
      0.15,
    )
    expect(moved.low).toBeCloseTo(a.low + 1, 6)
    expect(a.low).toBeLessThan(a.estimate)
  })
})

describe('what wakes', () => {
  it('is told by the arousals after sounds and after silence', () => {
    expect(soundWakes({ markers: 300, arousals: 30 }, { markers: 300, arousals: 6 })).toBe(true)
    expect(soundWakes({ markers: 300, arousals: 9 }, { markers: 300, arousals: 6 })).toBe(false)
    expect(soundWakes({ markers: 0, arousals: 0 }, { markers: 0, arousals: 0 })).toBe(false)
  })

  it('agrees with draws from the two posteriors', () => {
    // Even priors and whole counts: a posterior is an order statistic of uniform numbers.
    const random = seededRandom(11)
    const draw = (n: number, k: number): number => {
      const u = Float64Array.from({ length: n + 1 }, () => random.uniform()).sort()
      return u[k]!
    }
    let above = 0
    for (let i = 0; i < 5000; i++) if (draw(60, 6) - draw(50, 2) > 0.02) above++
    const found = excessProbability({ markers: 60, arousals: 6 }, { markers: 50, arousals: 2 })
    expect(Math.abs(found - above / 5000)).toBeLessThan(0.025)
  })
})

describe('blinding', () => {
  it('is 0 and one half by chance, 1 and 0 when all is known, and 1 when nothing is', () => {
    const night = (sound: boolean, guess: Guess): { sound: boolean; guess: Guess } => {
      return { sound, guess }
    }
    const chance = [true, false].flatMap((s) => [night(s, 'sound'), night(s, 'silence')])
    expect(blindingOf(chance)).toMatchObject({ bangSound: 0, bangSilence: 0, james: 0.5 })
    const known = [night(true, 'sound'), night(false, 'silence')]
    expect(blindingOf(known)).toMatchObject({ bangSound: 1, bangSilence: 1, james: 0 })
    const unsure = [night(true, 'unknown'), night(false, 'unknown')]
    expect(blindingOf(unsure)).toMatchObject({ bangSound: 0, bangSilence: 0, james: 1 })
    expect(blindingOf([]).james).toBeNaN()
    expect(blindingOf([]).bangSound).toBeNaN()
  })
})
