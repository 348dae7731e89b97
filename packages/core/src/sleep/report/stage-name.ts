import type { Stage } from '../stage/stage.ts'

/** Stages in the order people draw them: wake at the surface, deep sleep at the bottom. */
export const STAGES_BY_DEPTH = ['W', 'R', 'N1', 'N2', 'N3'] as const

/** A stage in a sleeper's words. */
export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  W: 'Awake',
  R: 'REM',
  N1: 'Drowsy',
  N2: 'Light',
  N3: 'Deep',
  '?': 'Not scored',
}

/** A stage in both languages: `Deep · N3`. */
export function stageLabel(stage: Stage): string {
  return /^N/.test(stage) ? `${STAGE_WORDS[stage]} · ${stage}` : STAGE_WORDS[stage]
}
