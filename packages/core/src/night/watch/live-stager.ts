import type { ModelIdentity } from '../../sleep/stage/model.ts'
import type { Montage } from './montage.ts'

/** What a stager last said. The object is the stager's own and changes with its next word. */
export type LiveOpinion = {
  /** W N1 N2 N3 R, in 0..1; NaN where nothing could be read. */
  readonly probabilities: Float32Array
  /** 0 no usable signal .. 1. */
  quality: number
  /** First sample after the signal it is about. */
  about: number
}

/**
 * A causal stager at work on one night. It is given every sample once, in order, and may spread
 * its work over the samples that come; how they are cut into pieces changes nothing.
 */
export type LiveStager = {
  /**
   * Takes sample `sample`, which is element `i` of each column (NaN where missing); true when
   * `opinion` is new. Never waits, keeps no memory beyond what it has from the start.
   */
  take(sample: number, columns: readonly Float32Array[], i: number): boolean
  /** `samples` samples did not come: as if they had been NaN. */
  skip(samples: number): void
  readonly opinion: LiveOpinion
}

/** A stager whose weights are loaded: begins a night in which the first sample is 0. */
export type LiveStagerModel = {
  readonly identity: ModelIdentity
  begin(montage: Montage): LiveStager
}
