import type { Mode } from '../../night/governor/mode.ts'

/** Numbers of one frame. */
export const FRAME_CHANNELS = 12

/** Time between two frames unless the centre asked for another, s. */
export const FRAME_S = 30

/** Most frames of one block, so that a block is below 4 kB. */
export const MOST_FRAMES = 120

/**
 * Frames of one device in a row, as they travel and are stored: no raw signal and no words, by
 * type. The key of frame `i` is (device, `boot`, `firstSeq + i`), and the same key twice is one
 * frame.
 */
export type FrameBlock = {
  /** Number of the device's start, rises with every start; 0 .. 2^32 - 1. */
  readonly boot: number
  /** Sequence number of the first frame within the boot, 0 .. 2^32 - 1. */
  readonly firstSeq: number
  /** Monotonic device time of the first frame, s since the boot. */
  readonly startS: number
  /** Unix time at which the boot began by the device's wall clock, whole s; 0 = unknown. */
  readonly wallOffsetS: number
  readonly mode: Mode
  /** What the sleeper's consent in force allows at most; `natural` when there is none. */
  readonly consent: Mode
  /** The number of the release that runs, 0 .. 65,535; 0 = as shipped. */
  readonly release: number
  /** Whether the sleeper was thought asleep at the block's end; what rates are counted over. */
  readonly asleep: boolean
  /** Time of each frame after the one before it, 0.1 s; the first is 0. */
  readonly stepsDs: Uint16Array
  /** n x 12 numbers, frame by frame, in the order of `CHANNEL_NAMES`, scaled; -32768 is missing. */
  readonly values: Int16Array
}
