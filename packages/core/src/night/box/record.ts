import type { LoopEvent } from '../loop/event.ts'
import type { NightHeader } from '../loop/header.ts'
import type { LoopInput } from '../loop/input.ts'

/**
 * One thing that a black box holds, in the order in which it happened. An input comes before the
 * events that it caused. Every value comes back as it was: each number to the last bit, NaN and -0
 * too; a property whose value is `undefined` comes back absent.
 */
export type BoxRecord =
  /** What the night starts from: the release, the montage, the wall clock and zone. Comes first. */
  | { readonly kind: 'night'; readonly header: NightHeader }
  | { readonly kind: 'input'; readonly input: LoopInput }
  | { readonly kind: 'event'; readonly event: LoopEvent }
  /** The arm of the trial, sealed: at most 255 bytes, and 256 in the file whatever the arm. */
  | { readonly kind: 'sealed'; readonly bytes: Uint8Array }
  /** The shell speaks: its version, what its source told, why a disk was full. */
  | { readonly kind: 'note'; readonly atMs: number; readonly text: string }
  /** The loop was begun again from the header, because inputs before this were not kept. */
  | { readonly kind: 'restart'; readonly atMs: number; readonly why: string }
  /** The night was closed in good order. */
  | { readonly kind: 'end'; readonly atMs: number }

/** How the samples of a channel became float32: `fround(n * gain + offset)` of whole n. */
export type Lattice = { readonly gain: number; readonly offset: number }
