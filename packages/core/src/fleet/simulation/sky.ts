import type { Random } from '../../math/random.ts'
import type { EventQueue } from './event-queue.ts'

/** How bad the network is just now; probabilities are per piece that is sent. */
export type Weather = {
  /** A piece is much later than usual, and with it all behind it. */
  readonly late: number
  /** A piece comes in two. */
  readonly split: number
  /** A message of the centre comes again, later. */
  readonly twice: number
  /** A message of the centre is lost: it is sent at QoS 0. */
  readonly lost: number
  /** A message of the centre comes before the one that it was sent after. */
  readonly swapped: number
}

/** Nothing is wrong. */
export const CALM: Weather = { late: 0, split: 0, twice: 0, lost: 0, swapped: 0 }

/** Everything is. */
export const FOUL: Weather = { late: 0.01, split: 0.02, twice: 0.03, lost: 0.03, swapped: 0.03 }

/** What all parts of a simulated fleet share: time, chance and the network over them. */
export type Sky = {
  readonly queue: EventQueue
  readonly random: Random
  weather: Weather
  /** True time until which nothing passes to or from a district, ms; 0 = it does. */
  readonly heldUntilMs: Float64Array
}
