import type { SleepEpisode, StageSpan } from '../evidence/sleep-episode.ts'

/**
 * Onset and offset by the stages of a sleep: the start of the first stretch asleep and the end of
 * the last; nothing where there is none, or it lies outside the time in bed.
 */
export function sleptThrough(
  stages: readonly StageSpan[],
  bedMs: number,
  riseMs: number,
): Pick<SleepEpisode, 'onsetMs' | 'offsetMs'> {
  const asleep = stages.filter(({ stage }) => stage !== 'awake' && stage !== 'inBed')
  const [onsetMs, offsetMs] = [asleep[0]?.startMs, asleep.at(-1)?.endMs]
  if (onsetMs === undefined || offsetMs === undefined) return {}
  return onsetMs >= bedMs && offsetMs <= riseMs && onsetMs <= offsetMs ? { onsetMs, offsetMs } : {}
}

/**
 * Stages of equal length from a start on, one character each; undefined for those not in `names`.
 */
export function evenStages(
  text: string,
  names: Readonly<Record<string, StageSpan['stage']>>,
  startMs: number,
  epochMs: number,
): StageSpan[] {
  const stages: StageSpan[] = []
  for (let i = 0; i < text.length; i++) {
    const stage = names[text[i]!]
    const last = stages.at(-1)
    const from = startMs + i * epochMs
    if (stage === undefined) continue
    if (last !== undefined && last.stage === stage && last.endMs === from) {
      stages[stages.length - 1] = { ...last, endMs: from + epochMs }
    } else {
      stages.push({ startMs: from, endMs: from + epochMs, stage })
    }
  }
  return stages
}
