import { CHANNEL_NAMES, CHANNELS, type ChannelName, MISSING } from '../telemetry/channel.ts'
import { FRAME_CHANNELS, FRAME_S } from '../telemetry/frame.ts'

/** A sleep cycle, s: light, middle, deep, middle, then REM sleep. */
const CYCLE_S = 5400
const PARTS: readonly (readonly [untilS: number, stage: number])[] = [
  [300, 1],
  [1800, 2],
  [3300, 3],
  [4200, 2],
  [5280, 4],
  [5400, 0],
]
/**
 * Mean of each number by stage (W N1 N2 N3 R), as measured values, and half the range around it.
 */
const COURSE: Partial<
  Readonly<Record<ChannelName, readonly [w: readonly number[], around: number]>>
> = {
  heartRate: [[64, 58, 56, 54, 60], 3],
  movement: [[40, 8, 3, 2, 3], 2],
  deltaDb: [[12, 16, 22, 29, 15], 2],
  sigmaDb: [[2, 3, 7, 4, 1], 1.5],
  arousals: [[30, 20, 10, 4, 9], 3],
  soundDb: [[36, 33, 32, 32, 32], 2],
  quality: [[0.9, 0.95, 0.97, 0.97, 0.95], 0.02],
}
const STAGE: number = CHANNEL_NAMES.indexOf('stage')
const REM_DENSITY: number = CHANNEL_NAMES.indexOf('remDensity')
const BATTERY: number = CHANNEL_NAMES.indexOf('battery')

type Row = { readonly at: number; readonly means: readonly number[]; readonly around: number }

const ROWS: readonly Row[] = Object.entries(COURSE).map(([name, [means, around]]) => {
  const { scale } = CHANNELS[name as ChannelName]
  return {
    at: CHANNEL_NAMES.indexOf(name as ChannelName),
    means: means.map((mean) => mean * scale),
    around: around * scale,
  }
})

/**
 * The stage of a made-up sleeper at a true time, s: 0 W to 4 R. Everybody sleeps in cycles of their
 * own phase; who it is of is a whole number.
 */
export function stageOfSleeper(sleeper: number, atS: number): number {
  const within = (atS + (mix(sleeper, 1) % CYCLE_S)) % CYCLE_S
  return PARTS.find(([untilS]) => within < untilS)![1]
}

/**
 * The twelve numbers of a made-up sleeper's frame, scaled, in the order of `CHANNEL_NAMES`: made to
 * be likely enough that no detector has a reason, and the same for the same sleeper and time.
 * `restlessness` is how many times as many arousals there are, 1 = as usual.
 */
export function frameOfSleeper(sleeper: number, atS: number, restlessness: number): Int16Array {
  const values = new Int16Array(FRAME_CHANNELS).fill(MISSING)
  const stage = stageOfSleeper(sleeper, atS)
  const frame = Math.floor(atS / FRAME_S)
  values[STAGE] = stage
  for (const { at, means, around } of ROWS) {
    const share = mix(sleeper * 31 + at, frame) / 4294967296
    values[at] = Math.max(0, means[stage]! + (2 * share - 1) * around)
  }
  const arousals = CHANNEL_NAMES.indexOf('arousals')
  values[arousals] = values[arousals]! * restlessness
  if (stage === 4) values[REM_DENSITY] = 400 + (mix(sleeper, frame + 7) % 500)
  values[BATTERY] = Math.max(200, 1000 - Math.floor(atS / 60))
  return values
}

/** Two whole numbers to one of 0 .. 2^32 - 1, spread evenly (the mixing of MurmurHash3). */
function mix(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35)
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
