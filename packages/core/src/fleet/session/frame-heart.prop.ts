import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { beatValue } from '../../sleep/synthetic/heart-plan.ts'
import { FrameHeart } from './frame-heart.ts'

const SEED = { seed: 59, numRuns: process.env.NOCTURNE_NIGHTLY ? 3000 : 100 }
const HZ = 128
const SECONDS = 60

type Worn = {
  readonly bpm: number
  /** How far intervals wander, of their length. */
  readonly wander: number
  readonly heartUv: number
  readonly noiseUv: number
  readonly humUv: number
  /** A stretch in which a body moves, in seconds, and how strongly, uV. */
  readonly move: readonly [fromS: number, lastsS: number, uv: number]
  readonly seed: number
}

const WORN: fc.Arbitrary<Worn> = fc.record({
  bpm: fc.double({ min: 34, max: 135, noNaN: true }),
  wander: fc.double({ min: 0, max: 0.06, noNaN: true }),
  heartUv: fc.constantFrom(0, 200, 1000, 3000),
  noiseUv: fc.constantFrom(1, 20, 100, 300, 1000),
  humUv: fc.constantFrom(0, 50, 1000),
  move: fc.tuple(
    fc.double({ min: 0, max: 50, noNaN: true }),
    fc.constantFrom(0, 0.5, 3, 20),
    fc.constantFrom(500, 5000, 50_000),
  ),
  seed: fc.nat(),
})

/** A minute of what an ECG lead may carry; `beatsS` are the true beats. */
function wornEcg({ bpm, wander, heartUv, noiseUv, humUv, move, seed }: Worn) {
  const random = seededRandom(seed)
  const beatsS: number[] = []
  for (let at = 0.5 * random.uniform(); at < SECONDS; ) {
    beatsS.push(at)
    at += (60 / bpm) * Math.max(0.7, 1 + wander * random.normal())
  }
  const x = Float32Array.from({ length: SECONDS * HZ }, (_, i) => {
    const s = i / HZ
    const isMoving = s >= move[0] && s < move[0] + move[1]
    const noise = noiseUv * random.normal() + (isMoving ? move[2] * random.normal() : 0)
    return noise + humUv * Math.sin(2 * Math.PI * 50 * s)
  })
  for (const at of beatsS) {
    const until = Math.min(x.length - 1, Math.floor((at + 0.45) * HZ))
    for (let i = Math.max(0, Math.ceil((at - 0.25) * HZ)); i <= until; i++) {
      x[i]! += heartUv * beatValue(i / HZ - at)
    }
  }
  return { x, beatsS }
}

/** The rate of the second half minute, the samples given in pieces. */
function rateOf(x: Float32Array, piece: number): number {
  const heart = new FrameHeart(0, HZ)
  for (let at = 0; at < x.length; at += piece) {
    const column = x.subarray(at, at + piece)
    heart.take(at, [column], Math.floor(((at + column.length) * 1000) / HZ))
  }
  return heart.rate(SECONDS * 1000)
}

describe("the heart of a night's frames, whatever is worn", () => {
  it('is right to a twentieth or missing, and in a quiet lead it is there', () => {
    let told = 0
    fc.assert(
      fc.property(WORN, (worn) => {
        const { x, beatsS } = wornEcg(worn)
        const rate = rateOf(x, 32)
        const beats = beatsS.filter((at) => at >= SECONDS / 2)
        const truth = (60 * (beats.length - 1)) / (beats.at(-1)! - beats[0]!)
        const { heartUv, noiseUv, move } = worn
        if (Number.isNaN(rate)) {
          const isQuiet = heartUv >= 1000 && noiseUv <= 20 && move[1] === 0 && worn.humUv <= 50
          expect(isQuiet).toBe(false)
          return
        }
        told++
        expect(heartUv).toBeGreaterThan(0)
        expect(Math.abs(rate / truth - 1)).toBeLessThan(0.05)
      }),
      SEED,
    )
    expect(told).toBeGreaterThan(20)
  })

  it('does not depend on how its samples are cut', () => {
    fc.assert(
      fc.property(WORN, fc.integer({ min: 1, max: 2000 }), (worn, piece) => {
        const { x } = wornEcg(worn)
        expect(rateOf(x, piece)).toBe(rateOf(x, 32))
      }),
      { ...SEED, numRuns: 20 },
    )
  })
})
