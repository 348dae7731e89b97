import { beforeAll, describe, expect, it } from 'vitest'
import { PI, sin } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { syntheticSleeper } from '../../sleep/synthetic/sleeper.ts'
import type { LiveStagerModel } from './live-stager.ts'
import type { Montage } from './montage.ts'
import type { EventSeen, Seen } from './seen.ts'
import { loadStarterStager } from './starter-stager.ts'
import { createWatch } from './watch.ts'

const RATE = 256
const CHUNK = 32
const EEG: Montage = { rateHz: RATE, channels: [{ label: 'C4-M1', role: 'eeg' }] }

/** EEG-like noise in uV: slow and large, with a little of everything. */
function quiet(seconds: number, seed = 1): Float32Array {
  const random = seededRandom(seed)
  let brown = 0
  return Float32Array.from({ length: seconds * RATE }, () => {
    brown = 0.98 * brown + random.normal()
    return 3 * brown + 1.5 * random.normal()
  })
}

/** Everything seen, and the sample at which the piece ended in which it was. */
function run(
  montage: Montage,
  columns: readonly Float32Array[],
  model?: LiveStagerModel,
): { seen: Seen[]; endOf: Map<Seen, number>; watch: ReturnType<typeof createWatch> } {
  const watch = createWatch(montage, model)
  const seen: Seen[] = []
  const endOf = new Map<Seen, number>()
  for (let at = 0; at < columns[0]!.length; at += CHUNK) {
    const pieces = columns.map((column) => column.subarray(at, at + CHUNK))
    watch.push(at, pieces, Math.floor((1000 * (at + CHUNK)) / RATE))
    for (const event of watch.events) {
      seen.push(event)
      endOf.set(event, at + CHUNK)
    }
  }
  return { seen, endOf, watch }
}

function seenAs(seen: readonly Seen[], what: EventSeen['what']): EventSeen[] {
  return seen.filter((event) => event.kind === 'seen' && event.what === what) as EventSeen[]
}

/** How a stretch of `x` from sample `from` on is spoilt. */
type Spoil = (x: Float32Array, from: number) => void

const SPOILS: readonly (readonly [string, EventSeen['cause'], Spoil])[] = [
  ['a muscle burst of 40 uV', 'muscle', (x, from) => addWave(x, from, 40, 30)],
  ['a jump of 400 uV', 'jump', (x, from) => raise(x, from, 400)],
  ['a flat top', 'clipped', (x, from) => x.fill(600, from, from + RATE)],
  ['a still line', 'flat', (x, from) => x.fill(x[from]!, from, from + RATE)],
  ['missing samples', 'missing', (x, from) => x.fill(NaN, from, from + RATE)],
]

/** What the edge of a spoilt stretch may be taken for, a block earlier. */
const EDGES: Partial<Record<EventSeen['cause'], EventSeen['cause'][]>> = {
  jump: ['muscle'],
  clipped: ['jump', 'muscle'],
}

function raise(x: Float32Array, from: number, uv: number): void {
  for (let i = from; i < x.length; i++) x[i]! += uv
}

function addWave(x: Float32Array, from: number, uv: number, hz: number): void {
  for (let i = from; i < from + RATE; i++) x[i]! += uv * sin((2 * PI * hz * i) / RATE)
}

describe('what must silence a sleeper’s sounds', () => {
  it('is known within 250 ms of signal, the length of the piece included', () => {
    for (const [name, cause, spoil] of SPOILS) {
      for (const offset of [0, 3, 7, 13, 31]) {
        const x = quiet(18)
        const from = 16 * RATE + offset
        spoil(x, from)
        const { seen, endOf } = run(EEG, [x])
        const [first] = seenAs(seen, 'movement')
        expect([cause, ...(EDGES[cause] ?? [])], name).toContain(first?.cause)
        expect(first!.sample, name).toBeGreaterThanOrEqual(from)
        expect(endOf.get(first!)! - from, `${name} at ${offset}`).toBeLessThanOrEqual(0.25 * RATE)
      }
    }
  })

  it('ends two quiet seconds after its last sign, and facts tell it', () => {
    const x = quiet(40)
    addWave(x, 30 * RATE, 40, 30)
    const { seen, watch } = run(EEG, [x])
    const [end] = seenAs(seen, 'movement-end')
    expect(end!.to / RATE).toBeGreaterThan(31)
    expect(end!.to / RATE).toBeLessThan(31.6)
    expect((end!.sample - end!.to) / RATE).toBeCloseTo(2, 1)
    expect(watch.facts()).toMatchObject({ disturbed: false, disturbedBy: 'muscle' })
    expect(watch.facts().sinceDisturbedMs).toBeCloseTo((40 * RATE - end!.to) * (1000 / RATE), -1)
  })

  it('is nothing in five quiet minutes, spindles and slow waves among them', () => {
    const x = quiet(300)
    for (let s = 20; s < 290; s += 5) {
      for (let i = 0; i < RATE; i++) {
        const hump = sin((PI * i) / RATE)
        x[s * RATE + i]! += 30 * hump * sin((2 * PI * 13.5 * i) / RATE) - 90 * hump
      }
    }
    const { seen } = run(EEG, [x])
    expect(seenAs(seen, 'movement')).toEqual([])
    expect(seenAs(seen, 'spindle').length).toBeGreaterThan(40)
    expect(seenAs(seen, 'slow-wave').length).toBeGreaterThan(40)
  })

  it('is also a body that moves, a chin that tightens and a heart that hurries', () => {
    const montage: Montage = {
      rateHz: RATE,
      channels: [...EEG.channels, ...(['emg', 'ecg', 'acc'] as const).map(named)],
    }
    const noise = seededRandom(4)
    const still = (size: number): Float32Array =>
      Float32Array.from({ length: 60 * RATE }, () => size * noise.normal())
    for (const [channel, what, cause] of [
      [1, 'movement', 'muscle'],
      [2, 'arousal', 'heart'],
      [3, 'movement', 'body'],
    ] as const) {
      const columns = [quiet(60), still(3), still(20), still(0.002)]
      const hurry = channel === 2 ? 85 : 55
      beats(columns[2]!, 55, hurry, 40)
      if (channel === 1) addWave(columns[1]!, 40 * RATE, 60, 40)
      if (channel === 3) addWave(columns[3]!, 40 * RATE, 0.1, 3)
      const { seen, watch } = run(montage, columns)
      const [first] = seenAs(seen, what)
      expect(first).toMatchObject({ what, cause })
      expect(first!.sample / RATE - 40).toBeLessThan(channel === 2 ? 8 : 0.25)
      expect(watch.facts().heartBpm).toBeCloseTo(hurry, -1)
    }
  })
})

function named(role: 'emg' | 'ecg' | 'acc'): { label: string; role: 'emg' | 'ecg' | 'acc' } {
  return { label: role, role }
}

/** R peaks at one rate, from second `turnS` on at another. */
function beats(x: Float32Array, bpm: number, later: number, turnS: number): void {
  for (let at = 0.4; at < x.length / RATE - 0.1; at += 60 / (at < turnS ? bpm : later)) {
    const i = Math.round(at * RATE)
    for (let k = -5; k <= 5; k++) x[i + k]! += 1000 * (1 - Math.abs(k) / 5)
  }
}

describe('what is not known', () => {
  it('stays undefined: without a stager, side channels, or enough of the signal', () => {
    const { watch } = run(EEG, [quiet(5)])
    const facts = watch.facts()
    for (const name of [
      'stages',
      'stageAgeMs',
      'sleepOnset',
      'stableNremS',
      'remMean',
      'heartBpm',
      'chinRmsUv',
      'motionG',
      'eyeMovementsPerMin',
      'slowWavesPerMin',
      'rateError',
      'lastGapMs',
    ] as const) {
      expect(facts[name], name).toBeUndefined()
    }
    expect(facts).toMatchObject({ disturbed: false, missing: false, gapMs: 0, sample: 5 * RATE })
  })

  it('is told for gaps: how long nothing comes, and how long it was', () => {
    const x = quiet(40)
    const watch = createWatch(EEG, undefined)
    watch.push(0, [x.subarray(0, 10 * RATE)])
    watch.push(10 * RATE, [new Float32Array(RATE / 2).fill(NaN)])
    expect(watch.facts()).toMatchObject({ gapMs: 500, missing: true, lastGapMs: undefined })
    watch.push(30 * RATE, [x.subarray(30 * RATE, 35 * RATE)])
    expect(watch.facts()).toMatchObject({ gapMs: 0, lastGapMs: 20_000, sinceGapMs: 5000 })
    watch.push(0, [x.subarray(0, 20 * RATE)])
    expect(watch.facts().sample).toBe(35 * RATE)
  })
})

describe('two hours of the synthetic sleeper', () => {
  const labels = ['EEG C4-M1', 'EOG E1-M2', 'EOG E2-M2', 'EMG chin']
  const montage: Montage = {
    rateHz: 128,
    channels: labels.map((label, k) => ({
      label,
      role: (['eeg', 'eog-left', 'eog-right', 'emg'] as const)[k]!,
    })),
  }
  const sleeper = syntheticSleeper({ seed: 2, hours: 2, rateHz: 128, channels: labels })
  const seen: Seen[] = []
  let buffers = 0
  beforeAll(async () => {
    const watch = createWatch(montage, await loadStarterStager())
    for (let at = 0, n = 0; ; at += n) {
      const columns = sleeper.next(1)
      n = columns[0]!.length
      if (n === 0) break
      watch.push(at, columns)
      for (const event of watch.events) seen.push(event)
      if (at === 600 * 128) buffers = process.memoryUsage().arrayBuffers
    }
  }, 240_000)
  const truthOf = (kind: string) => sleeper.events.filter((event) => event.kind === kind)
  const middle = (x: number[]): number => x.sort((a, b) => a - b)[x.length >> 1]!

  it('is told in order of the samples, in memory that does not grow', () => {
    seen.forEach((event, k) => {
      expect(event.sample).toBeGreaterThanOrEqual(seen[k - 1]?.sample ?? 0)
    })
    expect(process.memoryUsage().arrayBuffers - buffers).toBeLessThan(4e6)
  })

  it('has deep sleep where it is, each second', () => {
    let [hit, missed, falsely, rightly] = [0, 0, 0, 0]
    for (const event of seen) {
      if (event.kind !== 'stage') continue
      const deep = event.probabilities[3]! >= 0.3
      const truly = sleeper.hypnogram.stages[Math.floor((event.about / 128 - 15) / 30)] === 'N3'
      if (truly) deep ? hit++ : missed++
      else deep ? falsely++ : rightly++
    }
    expect(hit / (hit + missed)).toBeGreaterThan(0.8)
    expect(rightly / (rightly + falsely)).toBeGreaterThan(0.95)
  })

  it('has its slow waves a quarter of a second after their troughs, the trough 30 ms true', () => {
    const waves = seenAs(seen, 'slow-wave')
    const troughs = [...truthOf('slow-wave'), ...truthOf('k-complex')].map((event) =>
      'negPeakS' in event ? event.negPeakS : NaN,
    )
    const nearest = (atS: number): number =>
      troughs.reduce((best, t) => (Math.abs(atS - t) < Math.abs(best) ? atS - t : best), 9)
    const gaps = waves.map((wave) => nearest(wave.at / 128)).filter((gap) => Math.abs(gap) < 0.3)
    expect(gaps.length / waves.length).toBeGreaterThan(0.85)
    expect(Math.abs(middle(gaps))).toBeLessThan(0.03)
    expect(middle(waves.map((wave) => (wave.sample - wave.at) / 128))).toBeLessThan(0.35)
  })

  it('has its spindles half a second after they begin', () => {
    const called = seenAs(seen, 'spindle').map(({ sample }) => sample / 128)
    const truth = truthOf('spindle')
    const delays = truth.flatMap(({ startS, durationS }) => {
      const at = called.find((t) => t > startS && t < startS + durationS + 0.2)
      return at === undefined ? [] : [at - startS]
    })
    expect(delays.length / truth.length).toBeGreaterThan(0.75)
    expect(middle(delays)).toBeLessThan(0.55)
  })

  it('has its arousals, by the chin, within 1.5 s', () => {
    const signs = [...seenAs(seen, 'arousal'), ...seenAs(seen, 'movement')]
    const arousals = truthOf('arousal')
    const known = arousals.filter(({ startS }) =>
      signs.some(({ sample }) => sample / 128 > startS - 0.2 && sample / 128 < startS + 1.7),
    )
    expect(arousals.length).toBeGreaterThan(5)
    expect(known.length / arousals.length).toBeGreaterThan(0.8)
  })
})
