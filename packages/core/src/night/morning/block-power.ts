import { exp, log } from '../../math/elementary.ts'
import type { LoopEvent } from '../loop/event.ts'
import { countedBlock } from '../trial/block.ts'

type Piece = { readonly from: number; readonly block: number; readonly log: number }

/** Power is taken in pieces of this length, s. */
const PIECE_S = 4
/** An arousal is seen at most so long after it began, s: so far back pieces are taken out. */
const LOOK_BACK_S = 30
/** P(N2) + P(N3) of the stage told last, at least. */
const LEAST_NREM = 0.5

/**
 * Slow-wave power of each block of a night as a whole: of all its undisturbed non-REM sleep, in
 * windows with sound and without alike. What sounds only move from one second to another does not
 * change it. Pieces with something missing, or that an arousal or a movement touches, are left out,
 * and those near a border of blocks (`countedBlock`).
 */
export class BlockPower {
  readonly #rateHz: number
  readonly #blockMin: number
  #pieces: Piece[] = []
  readonly #sums = new Map<number, { log: number; pieces: number }>()
  #from = 0
  #power = 0
  #samples = 0
  #isTorn = false
  #isNrem = false
  #isAroused = false
  #isMoving = false

  constructor(rateHz: number, blockMin: number) {
    this.#rateHz = rateHz
    this.#blockMin = blockMin
  }

  /** Takes one sample of the slow band, uV, and its device time, ms. */
  take(sample: number, uv: number, atMs: number): void {
    if (this.#samples === 0) this.#from = sample
    this.#power += uv * uv
    if (++this.#samples >= PIECE_S * this.#rateHz) this.#end(atMs)
  }

  /** Something is missing: the piece at hand is void. */
  lose(): void {
    this.#isTorn = true
  }

  /** Hears what the loop saw. */
  hear(event: LoopEvent): void {
    if (event.kind === 'stage') {
      this.#isNrem = event.probabilities[2]! + event.probabilities[3]! >= LEAST_NREM
    }
    if (event.kind !== 'seen') return
    const { what, from } = event
    if (what === 'arousal' || what === 'arousal-end') this.#isAroused = what === 'arousal'
    if (what === 'movement' || what === 'movement-end') this.#isMoving = what === 'movement'
    if (what !== 'arousal' && what !== 'movement') return
    const pieceSamples = PIECE_S * this.#rateHz
    this.#pieces = this.#pieces.filter((piece) => piece.from + pieceSamples <= from)
    this.#isTorn = true
  }

  /** Geometric mean power of each block that had any, uV^2. */
  powers(): ReadonlyMap<number, number> {
    this.#count(Number.POSITIVE_INFINITY)
    const mean = new Map<number, number>()
    for (const [block, { log: sum, pieces }] of this.#sums) mean.set(block, exp(sum / pieces))
    return mean
  }

  #end(atMs: number): void {
    const block = countedBlock(atMs, this.#blockMin)
    const isOwn = countedBlock(atMs - PIECE_S * 1000, this.#blockMin) === block
    const isClear = !this.#isTorn && !this.#isAroused && !this.#isMoving
    if (this.#isNrem && isClear && isOwn && block !== undefined) {
      const power = Math.max(1e-3, this.#power / this.#samples)
      this.#pieces.push({ from: this.#from, block, log: log(power) })
    }
    this.#count(this.#from - LOOK_BACK_S * this.#rateHz)
    this.#power = 0
    this.#samples = 0
    this.#isTorn = false
  }

  /** Pieces that began before a sample stand. */
  #count(before: number): void {
    while (this.#pieces.length > 0 && this.#pieces[0]!.from < before) {
      const { block, log: more } = this.#pieces.shift()!
      const sum = this.#sums.get(block) ?? { log: 0, pieces: 0 }
      this.#sums.set(block, { log: sum.log + more, pieces: sum.pieces + 1 })
    }
  }
}
