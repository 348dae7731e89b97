import { stageIndex } from '../hypnogram/hypnogram.ts'
import type { Night } from '../night/night.ts'
import { STAGE_COUNT, STAGES } from '../stage/stage.ts'
import { type Cell, paragraph, tableHtml } from './html.ts'
import { fixed } from './words.ts'

/** Groups named beside an epoch at most: a reader wants the reason, not the ledger. */
const MOST_NAMED = 2

/**
 * For each epoch, which groups of features pulled it most towards the stage it was given: indices
 * into the explanation's groups, strongest first, at most two, only pulls above 0. Empty rows where
 * there is no stage; an empty list when the model explains nothing.
 */
export function strongestGroups({ explanations, stages }: Night): number[][] {
  if (!explanations) return []
  const { groups, contributions } = explanations
  return stages.map((stage, epoch) => {
    const k = stageIndex(stage)
    if (k < 0) return []
    return groups
      .map((_, g) => ({ g, pull: contributions[(epoch * groups.length + g) * STAGE_COUNT + k]! }))
      .filter(({ pull }) => pull > 0)
      .sort((a, b) => b.pull - a.pull)
      .slice(0, MOST_NAMED)
      .map(({ g }) => g)
  })
}

/**
 * What pulled the epochs of each stage towards it: the mean contribution of each group of features
 * in log-odds, as a table with a line of words. Empty text when the model explains nothing.
 */
export function explanationHtml(night: Night): string {
  const { explanations } = night
  if (!explanations) return ''
  const means = meanPulls(night)
  const most = Math.max(...means.flat().filter((v) => Number.isFinite(v)), 1e-9)
  const rows = explanations.groups.map((group, g): Cell[] => [
    group,
    ...STAGES.map((_, k): Cell => {
      const pull = means[g]![k]!
      return { number: fixed(pull, 2), shade: Math.max(0, pull / most) * 0.99 }
    }),
  ])
  const caption = 'Mean pull towards the stage given, log-odds'
  return (
    `<h4>What the model went by</h4><div class="grid">` +
    `${tableHtml({ caption, head: ['Group', ...STAGES], rows })}</div>` +
    paragraph('Above 0: this group of features spoke for the stage. Below: against it.', 'muted')
  )
}

/** Groups x stages: the mean over the epochs given that stage; NaN for a stage nobody was given. */
function meanPulls({ explanations, stages }: Night): number[][] {
  const { groups, contributions } = explanations!
  return groups.map((_, g) =>
    STAGES.map((stage, k) => {
      let sum = 0
      let n = 0
      for (let epoch = 0; epoch < stages.length; epoch++) {
        const pull = contributions[(epoch * groups.length + g) * STAGE_COUNT + k]!
        if (stages[epoch] !== stage || !Number.isFinite(pull)) continue
        sum += pull
        n++
      }
      return sum / n
    }),
  )
}
