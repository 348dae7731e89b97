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
   * Takes elements `from` to `to` (not included) of each column, a tenth of a second at most and
   * none beyond the end of a second, of which the first is sample `sample` (NaN where missing). The
   * element with which `opinion` became new, or -1. Never waits, keeps no memory beyond what it has
   * from the start.
   */
  take(sample: number, columns: readonly Float32Array[], from: number, to: number): number
  /** `samples` samples did not come: as if they had been NaN. */
  skip(samples: number): void
  readonly opinion: LiveOpinion
}

/** A stager whose weights are loaded: begins a night in which the first sample is 0. */
export type LiveStagerModel = {
  readonly identity: ModelIdentity
  begin(montage: Montage): LiveStager
}
