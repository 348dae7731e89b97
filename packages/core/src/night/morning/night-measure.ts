import { exp, log } from '../../math/elementary.ts'
import { butterworth } from '../../signal/butterworth.ts'
import { type SampleFilter, sampleFilter } from '../../signal/sample-filter.ts'
import type { Chance, Decision } from '../loop/decision.ts'
import type { LoopEvent } from '../loop/event.ts'
import type { NightHeader } from '../loop/header.ts'
import type { LoopInput } from '../loop/input.ts'
import { countedBlock } from '../trial/block.ts'
import type { MarkerMeasure, Measured } from '../trial/trial.ts'
import { channelOf } from '../watch/montage.ts'
import { BlockPower } from './block-power.ts'

/** Slow waves are measured so long after a marker, s; a marker later in its window is left out. */
const AFTER_S = 4
/** Where the trough that a sound evokes lies (Ngo et al. 2013), s after the marker. */
const TROUGH_S = [0.3, 1] as const
/** Where the spindles that a sound brings lie, s after the marker. */
const SPINDLE_S = [0.5, 2] as const
/** An arousal so soon after a marker is counted for it, s. */
const AROUSAL_S = 10
/** Filters need so long after something missing, s. */
const SETTLE_S = 4
const SLOW_HZ = [0.5, 4] as const
const SPINDLE_HZ = [12, 15] as const

/** A moment of a window that is being measured. */
type Marker = Chance & {
  slow: number
  slowSamples: number
  spindle: number
  spindleSamples: number
  troughUv: number
  isAroused: boolean
  isWhole: boolean
  /** Of the night's blocks; undefined near a border, and in a night without. */
  readonly block: number | undefined
}

/**
 * What a night left to compare with: the first chance for a click of each window, with sound and
 * without, and what followed it in the signal. Both kinds are chosen alike, by conditions that were
 * met before anything could sound, and the draw of windows does not depend on the sleeper: without
 * an effect the sign of each pair's difference is a coin's. The arm is not needed: in a muted night
 * the windows "with sound" had none. Filters are causal; their delay is the same in all windows.
 * A night that has both arms is told block by block, each without its arm.
 */
export class NightMeasure {
  readonly #rateHz: number
  readonly #channel: number
  readonly #latestMs: number
  readonly #slow: SampleFilter
  readonly #spindle: SampleFilter
  readonly #blockMin: number | undefined
  readonly #blocks: BlockPower | undefined
  readonly #open: Marker[] = []
  readonly #closed: Marker[] = []
  #next = 0
  #settledAt = 0
  #lastWindow = ''

  /** `blockMin`: length of the night's blocks, min, where it has them. */
  constructor({ montage, release }: NightHeader, blockMin?: number) {
    const { onMs, offMs } = release.parameters
    this.#rateHz = montage.rateHz
    this.#channel = channelOf(montage, 'eeg')
    this.#latestMs = Math.min(onMs, offMs) - AFTER_S * 1000
    this.#slow = sampleFilter(butterworth(2, 'bandpass', SLOW_HZ, montage.rateHz))
    this.#spindle = sampleFilter(butterworth(2, 'bandpass', SPINDLE_HZ, montage.rateHz))
    this.#settledAt = SETTLE_S * montage.rateHz
    this.#blockMin = blockMin
    this.#blocks = blockMin === undefined ? undefined : new BlockPower(montage.rateHz, blockMin)
  }

  /** Takes an input of the night and what came of it, in order. */
  take(input: LoopInput, events: readonly LoopEvent[]): void {
    if (input.kind === 'samples') {
      this.#follow(input.first, input.columns[this.#channel]!, input.atMs)
    }
    for (const event of events) {
      this.#blocks?.hear(event)
      if (event.kind === 'decision') this.#hear(event.decision)
      else if (event.kind === 'seen' && event.what === 'arousal') this.#stir(event.from)
    }
  }

  /** What was measured; what had no moment to be measured at is missing. */
  measured(): Measured {
    if (this.#blocks === undefined) return measureOf(this.#closed, this.#open)
    const powers = this.#blocks.powers()
    const own = (markers: readonly Marker[], block: number): Marker[] =>
      markers.filter((marker) => marker.block === block)
    const found = [...this.#closed, ...this.#open].flatMap(({ block = [] }) => block)
    const blocks = [...new Set([...found, ...powers.keys()])].sort((a, b) => a - b)
    return {
      blocks: blocks.map((block) => {
        const wholeUv2 = powers.get(block)
        return {
          ...{ block, ...measureOf(own(this.#closed, block), own(this.#open, block)) },
          ...(wholeUv2 === undefined ? {} : { wholeUv2 }),
        }
      }),
    }
  }

  /** The first chance of each window counts, where what follows it still lies in that window. */
  #hear({ chance, atMs, sample }: Decision): void {
    if (chance === undefined) return
    const window = `${chance.pair} ${chance.sound}`
    if (window === this.#lastWindow) return
    this.#lastWindow = window
    if (chance.intoMs > this.#latestMs) return
    const nothing = { slow: 0, slowSamples: 0, spindle: 0, spindleSamples: 0 }
    const isWhole = chance.heardAt >= this.#settledAt
    const troughUv = Number.POSITIVE_INFINITY
    // The moment of the ear in device time, as the loudspeaker is told it.
    const heardAtMs = atMs + ((chance.heardAt - sample) * 1000) / this.#rateHz
    const block = this.#blockMin && countedBlock(heardAtMs, this.#blockMin)
    this.#open.push({ ...chance, ...nothing, troughUv, isAroused: false, isWhole, block })
  }

  #stir(sample: number): void {
    for (const marker of [...this.#open, ...this.#closed.slice(-4)]) {
      const since = (sample - marker.heardAt) / this.#rateHz
      if (since >= 0 && since <= AROUSAL_S) marker.isAroused = true
    }
  }

  #follow(first: number, column: Float32Array, atMs: number): void {
    if (first > this.#next) this.#lose(first)
    for (let i = Math.max(0, this.#next - first); i < column.length; i++) {
      const x = column[i]!
      if (Number.isNaN(x)) this.#lose(first + i)
      else {
        const slow = this.#slow.next(x)
        this.#measure(first + i, slow, this.#spindle.next(x))
        if (first + i < this.#settledAt) continue
        const sinceMs = ((column.length - 1 - i) * 1000) / this.#rateHz
        this.#blocks?.take(first + i, slow, atMs - sinceMs)
      }
    }
    this.#next = Math.max(this.#next, first + column.length)
    while (this.#open.length > 0 && this.#isOver(this.#open[0]!)) {
      this.#closed.push(this.#open.shift()!)
    }
  }

  #measure(sample: number, slow: number, spindle: number): void {
    for (const marker of this.#open) {
      const s = (sample - marker.heardAt) / this.#rateHz
      if (s < 0 || s >= AFTER_S) continue
      marker.slow += slow * slow
      marker.slowSamples++
      if (s >= TROUGH_S[0] && s < TROUGH_S[1]) marker.troughUv = Math.min(marker.troughUv, slow)
      if (s < SPINDLE_S[0] || s >= SPINDLE_S[1]) continue
      marker.spindle += spindle * spindle
      marker.spindleSamples++
    }
  }

  /** Something is missing: what was being measured is void, and filters begin anew. */
  #lose(sample: number): void {
    this.#slow.reset()
    this.#spindle.reset()
    this.#settledAt = sample + SETTLE_S * this.#rateHz
    this.#blocks?.lose()
    for (const marker of this.#open) marker.isWhole = false
  }

  #isOver({ heardAt }: Marker): boolean {
    return this.#next >= heardAt + AFTER_S * this.#rateHz
  }
}

/** What followed some markers, of which some have had their time and others not. */
function measureOf(closed: readonly Marker[], open: readonly Marker[]): MarkerMeasure {
  const markers = [...closed, ...open]
  const [sound, silence] = [markers.filter((m) => m.sound), markers.filter((m) => !m.sound)]
  const pairs = pairsOf(closed.filter((marker) => marker.isWhole))
  const logs = (of: (marker: Marker) => number): number[] =>
    pairs.map(([on, off]) => log(of(on)) - log(of(off)))
  const whole = closed.filter((marker) => marker.sound && marker.isWhole)
  return {
    ...{ markers: sound.length, arousals: aroused(sound) },
    ...{ silentMarkers: silence.length, silentArousals: aroused(silence) },
    windows: logs(slowPower).map((value) => Math.round(value * 1e4) / 1e4),
    ...(whole.length === 0 ? {} : { swaUv2: exp(meanOf(whole.map((m) => log(slowPower(m))))) }),
    ...(pairs.length === 0
      ? {}
      : {
          evokedUv: meanOf(pairs.map(([on, off]) => off.troughUv - on.troughUv)),
          spindleLog: meanOf(logs((m) => m.spindle / m.spindleSamples)),
        }),
  }
}

/** Pairs of which both windows were measured, the one with sound first. */
function pairsOf(markers: readonly Marker[]): [Marker, Marker][] {
  const silent = new Map(markers.filter((m) => !m.sound).map((m) => [m.pair, m]))
  return markers.flatMap((on): [Marker, Marker][] => {
    const off = on.sound ? silent.get(on.pair) : undefined
    return off === undefined ? [] : [[on, off]]
  })
}

function slowPower({ slow, slowSamples }: Marker): number {
  return Math.max(1e-3, slow / slowSamples)
}

function aroused(markers: readonly Marker[]): number {
  return markers.filter((marker) => marker.isAroused).length
}

function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}
