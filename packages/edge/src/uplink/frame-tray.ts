import { FRAME_CHANNELS, type NewFrames } from '@nocturne/core/fleet'

/** What holds for a whole block of frames. */
export type BlockHead = Omit<NewFrames, 'startS' | 'stepsDs' | 'values'>

/** Least time between two frames, s. */
const LEAST_S = 1

type Lying = { readonly atS: number; readonly values: Int16Array }

/**
 * When frames are made and which travel together. The first comes at once after a birth, and one
 * more as soon as a stage is known that was not: until then a centre grants nothing.
 */
export class FrameTray {
  /** As the centre wants it. */
  framesPerBlock: number
  readonly #frameS: number
  #lastS = Number.NEGATIVE_INFINITY
  #hadStage = false
  #isHurried = false
  #lying: Lying[] = []
  #head: BlockHead | undefined

  constructor(frameS: number, framesPerBlock: number) {
    this.#frameS = frameS
    this.framesPerBlock = framesPerBlock
  }

  /** The next frame is due at once, and travels alone. */
  hurry(): void {
    this.#isHurried = true
  }

  /** Whether a frame is due, with the stage that it would have (NaN for none). */
  isDue(nowS: number, stage: number): boolean {
    const sinceS = nowS - this.#lastS
    if (sinceS >= this.#frameS || this.#isHurried) return true
    return sinceS >= LEAST_S && !this.#hadStage && !Number.isNaN(stage)
  }

  /** Puts a frame down; gives back a block when it is full. */
  put(atS: number, values: Int16Array, head: BlockHead, hasStage: boolean): NewFrames | undefined {
    const isHurried = this.#isHurried || !this.#hadStage
    this.#lastS = atS
    this.#hadStage = hasStage
    this.#isHurried = false
    this.#lying.push({ atS, values })
    const isOther = this.#head !== undefined && this.#head.mode !== head.mode
    this.#head = head
    if (!isHurried && !isOther && this.#lying.length < this.framesPerBlock) return undefined
    return this.#block(head)
  }

  #block(head: BlockHead): NewFrames {
    const lying = this.#lying
    this.#lying = []
    const stepsDs = lying.map(({ atS }, k) => {
      return k === 0 ? 0 : Math.min(65_535, Math.round((atS - lying[k - 1]!.atS) * 10))
    })
    const values = new Int16Array(lying.length * FRAME_CHANNELS)
    for (const [k, each] of lying.entries()) values.set(each.values, k * FRAME_CHANNELS)
    return { ...head, startS: lying[0]!.atS, stepsDs: Uint16Array.from(stepsDs), values }
  }
}
