import { believable } from './believable.ts'
import { loudness } from './loudness.ts'

/** Movement by an accelerometer of one to three axes, in g. */
export type BodyWatch = {
  /** Takes a sample of one axis; NaN where missing. */
  take(axis: number, value: number): void
  /** Ends a block; true when the body moves. */
  closeBlock(): boolean
  /** Root mean square of what is not gravity over half a second, g; NaN unknown. */
  motionG: number
}

/** Gravity is what is left after a second. */
const GRAVITY_S = 1
/** Stirrings below this are the heart, breath and noise, g. */
const FLOOR_G = 0.004
/** Times the usual. */
const MOVES = 5

/** Movement is 1/16 s of acceleration five times as strong as usual in the last two minutes. */
export function bodyWatch(axes: number, rateHz: number, block: number): BodyWatch {
  const gravity = new Float64Array(axes).fill(NaN)
  const level = loudness(block, FLOOR_G)
  const part = 1 / (GRAVITY_S * rateHz)
  let lost = false
  const state: BodyWatch = {
    motionG: NaN,
    take: (axis, given) => {
      const value = believable(given)
      if (Number.isNaN(value)) {
        lost = true
        return
      }
      if (Number.isNaN(gravity[axis]!)) gravity[axis] = value
      const motion = value - gravity[axis]!
      gravity[axis]! += part * motion
      level.take(motion)
    },
    closeBlock: () => {
      level.closeBlock(!lost)
      lost = false
      state.motionG = level.rms
      return level.burst > MOVES
    },
  }
  return state
}
