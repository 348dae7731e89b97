/** The five AASM stages in the order of every probability row, then `?` for not scored. */
export const STAGES = ['W', 'N1', 'N2', 'N3', 'R'] as const

/** A stage that a scorer or a model can give. */
export type SleepStage = (typeof STAGES)[number]

/** A stage, or `?` where nobody can say: not scored, no signal, artefact. */
export type Stage = SleepStage | '?'

/** How many stages a probability row has. */
export const STAGE_COUNT = 5

/** Length of an epoch in seconds (AASM Manual for the Scoring of Sleep, 2007). */
export const EPOCH_S = 30
