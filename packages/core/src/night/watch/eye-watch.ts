import { butterworth } from '../../signal/butterworth.ts'
import { sampleFilter } from '../../signal/sample-filter.ts'

/** Rapid eye movements and eye signals as they come, from two channels beside the eyes. */
export type EyeWatch = {
  /** Takes the next `count` samples of each channel, uV, at most a block; each is then looked at. */
  take(left: Float64Array, right: Float64Array, count: number): void
  /** Looks at sample `k` of them, in order; true when an eye movement has become sure with it. */
  look(k: number): boolean
  /** Samples ago of the start of the movement. */
  startAgo: number
  /** Geometric mean of both deflections at its peak, uV. */
  amplitudeUv: number
  /** Whether with the same sample left-right-left or its mirror was completed. */
  signalled: boolean
  /** Samples ago of the first of those moves. */
  signalAgo: number
  reset(): void
  calm(): void
}

/** Agarwal 2005 as in YASA: .5-5 Hz, geometric mean 50-325 uV, .3-1.2 s. */
const BAND_HZ = [0.5, 5] as const
const LEAST_UV = 50
const MOST_UV = 325
const PROMINENCE = 0.8 * LEAST_UV * LEAST_UV
const APART_S = 0.3
const LONGEST_S = 1.2

/** A glance to one side: left less right in .3-2 Hz beyond 280 uV. */
const GLANCE_HZ = [0.3, 2] as const
const GLANCE_UV = 280
const GLANCE_APART_S = 0.5
const GLANCES_WITHIN_S = 1.5
const GLANCES = 3

/**
 * An eye movement is a hump of minus the product of both channels that rises by 2000 uV^2 and has
 * fallen again by as much: it is called on its way down. The eye signal of a lucid dreamer is three
 * glances to alternate sides, each within 1.5 s of the one before.
 */
export function eyeWatch(rateHz: number, block: number): EyeWatch {
  const left = sampleFilter(butterworth(2, 'bandpass', BAND_HZ, rateHz))
  const right = sampleFilter(butterworth(2, 'bandpass', BAND_HZ, rateHz))
  const hump = humpWatch(rateHz)
  const glances = glanceWatch(rateHz)
  const [lefts, rights, across] = [0, 1, 2].map(() => new Float64Array(block)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const state: EyeWatch = {
    ...{ startAgo: 0, amplitudeUv: 0, signalled: false, signalAgo: 0 },
    take: (l, r, count) => {
      left.run(l, count, lefts)
      right.run(r, count, rights)
      for (let k = 0; k < count; k++) across[k] = l[k]! - r[k]!
      glances.filter(across, count)
    },
    look: (k) => {
      state.signalled = glances.take(across[k]!)
      if (state.signalled) state.signalAgo = glances.firstAgo()
      if (!hump.take(-lefts[k]! * rights[k]!)) return false
      state.startAgo = hump.startAgo()
      state.amplitudeUv = Math.sqrt(hump.height())
      return true
    },
    reset: () => {
      left.reset()
      right.reset()
      hump.reset()
      glances.reset()
    },
    calm: () => {
      left.calm()
      right.calm()
      glances.calm()
    },
  }
  return state
}

type HumpWatch = {
  take(product: number): boolean
  startAgo(): number
  height(): number
  reset(): void
}

function humpWatch(rateHz: number): HumpWatch {
  const own = { low: 0, top: 0 }
  let [now, lowAt, topAt, lastTop] = [0, 0, 0, -rateHz]
  let rising = false
  const settle = (product: number): void => {
    rising = false
    own.low = product
    lowAt = now
  }
  const take = (product: number): boolean => {
    now++
    if (!rising) {
      if (product <= own.low || product <= 0) {
        own.low = product
        lowAt = now
      }
      if (product < LEAST_UV * LEAST_UV || product - own.low < PROMINENCE) return false
      rising = true
      own.top = product
      topAt = now
    }
    if (product > own.top) {
      own.top = product
      topAt = now
    }
    if (own.top - product < PROMINENCE) return false
    const isEye =
      own.top <= MOST_UV * MOST_UV &&
      topAt - lastTop >= APART_S * rateHz &&
      now - lowAt <= LONGEST_S * rateHz
    if (isEye) lastTop = topAt
    state.startAgo = now - lowAt
    state.height = own.top
    settle(product)
    return isEye
  }
  const state = { startAgo: 0, height: 0 }
  return {
    take,
    startAgo: () => state.startAgo,
    height: () => state.height,
    reset: () => settle(0),
  }
}

type GlanceWatch = {
  /** Filters the next `count` differences in place. */
  filter(differences: Float64Array, count: number): void
  /** Takes a difference that was filtered. */
  take(filtered: number): boolean
  firstAgo(): number
  reset(): void
  calm(): void
}

function glanceWatch(rateHz: number): GlanceWatch {
  const filter = sampleFilter(butterworth(2, 'bandpass', GLANCE_HZ, rateHz))
  const at = new Float64Array(GLANCES) // samples of the last glances, the newest last
  const own = { top: 0 }
  let [now, side, count] = [0, 0, 0]
  let beyond = false
  const glance = (to: number): boolean => {
    const sinceS = (now - at[GLANCES - 1]!) / rateHz
    if (count > 0 && to === side && sinceS < GLANCE_APART_S) return false
    count = count > 0 && to !== side && sinceS <= GLANCES_WITHIN_S ? count + 1 : 1
    side = to
    at.copyWithin(0, 1)
    at[GLANCES - 1] = now
    if (count < GLANCES) return false
    count = 0
    return true
  }
  const take = (v: number): boolean => {
    now++
    const size = Math.abs(v)
    if (!beyond) {
      if (size < GLANCE_UV) return false
      beyond = true
      own.top = size
    }
    if (size > own.top) own.top = size
    if (size > 0.7 * own.top) return false
    beyond = false
    return glance(v > 0 ? 1 : -1)
  }
  return {
    filter: (differences, count) => filter.run(differences, count, differences),
    take,
    firstAgo: () => now - at[0]!,
    reset: () => {
      filter.reset()
      count = 0
      beyond = false
    },
    calm: filter.calm,
  }
}
