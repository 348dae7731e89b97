/** Why a genotype file could not be read. */
export type GenomeCode =
  /** No genotype format has this content. */
  | 'UNKNOWN_FORMAT'
  /** The format is known and holds no genotypes, or of several people none can be chosen. */
  | 'EMPTY'
  | 'PERSON'
  /** The file ends in the middle of its packing, or its packing is broken. */
  | 'TRUNCATED'
  /** Longer lines or more text than a limit allows. */
  | 'TOO_LARGE'
  /** The reading was called off. */
  | 'CANCELLED'
