import { type Night, STAGES, type Stage } from '@nocturne/core/sleep'
import { STAGE_WORDS } from './words.ts'

/** Groups shown at most: the strongest pulls explain, the rest is noise. */
const MOST_SHOWN = 6
/** A pull below this, in log-odds, is nothing: it changes a chance by less than 2 %. */
const NOTHING = 0.05

/** What the groups of measures are about, where their names do not say it. */
const MEANINGS: Readonly<Record<string, string>> = {
  delta: 'slow waves, below 4 Hz',
  theta: '4 to 8 Hz',
  alpha: 'quiet wake, 8 to 13 Hz',
  beta: 'spindles and faster, 13 to 30 Hz',
  gamma: 'mostly muscle, 30 to 50 Hz',
  fastest: 'muscle, sample to sample',
}

/** What spoke for and against the stage of an epoch, by groups of measures, strongest first. */
export function Why({ night, index }: { night: Night; index: number }) {
  const stage = night.stages[index] ?? '?'
  const pulls = pullsOf(night, index, stage)
  if (pulls.length === 0) return null
  const most = Math.max(...pulls.map(({ pull }) => Math.abs(pull)), 1)
  return (
    <>
      <h3>What spoke for {STAGE_WORDS[stage]}</h3>
      <dl class="why">
        {pulls.map(({ group, pull }) => (
          <div key={group}>
            <dt>
              {group} {MEANINGS[group] && <small>{MEANINGS[group]}</small>}
            </dt>
            <dd>
              <span class="balance" aria-hidden="true">
                <span
                  class={pull < 0 ? 'against' : 'for'}
                  style={{ width: `${(50 * Math.abs(pull)) / most}%` }}
                />
              </span>
              <span class="value">{pullText(pull)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}

function pullsOf(
  { explanations }: Night,
  index: number,
  stage: Stage,
): { readonly group: string; readonly pull: number }[] {
  const k = stage === '?' ? -1 : STAGES.indexOf(stage)
  if (!explanations || k < 0) return []
  const { groups, contributions } = explanations
  return groups
    .map((group, g) => ({
      group,
      pull: contributions[(index * groups.length + g) * STAGES.length + k] ?? Number.NaN,
    }))
    .filter(({ pull }) => Number.isFinite(pull))
    .sort((a, b) => Math.abs(b.pull) - Math.abs(a.pull))
    .slice(0, MOST_SHOWN)
}

function pullText(pull: number): string {
  if (Math.abs(pull) < NOTHING) return 'neither'
  return `${pull < 0 ? 'against' : 'for'} ${Math.abs(pull).toFixed(1)}`
}
