import { type Night, STAGES } from '@nocturne/core/sleep'
import { Traces } from './traces.tsx'
import { epoch, epochs, showStageChange } from './view.ts'
import { Why } from './why.tsx'
import { epochTime, STAGE_WORDS, stageClass } from './words.ts'

/** The epoch under the cursor: what the model thinks and why, how sure it is, and the signal itself. */
export function EpochView({ night }: { night: Night }) {
  const index = epoch.value
  const stage = night.stages[index] ?? '?'
  return (
    <section class="epoch" aria-labelledby="epoch-title">
      <header>
        <h2 id="epoch-title">
          {epochTime(night, index)}
          <span class={`chip ${stageClass(stage)}`}>{STAGE_WORDS[stage]}</span>
          {night.ambiguous[index] && <span class="chip doubt">experts would disagree here</span>}
        </h2>
        <div class="buttons">
          <span class="note">
            epoch {index + 1} of {epochs.value}
          </span>
          <button type="button" onClick={() => showStageChange(-1)}>
            <span aria-hidden="true">‹ </span>Previous change
          </button>
          <button type="button" onClick={() => showStageChange(1)}>
            Next change<span aria-hidden="true"> ›</span>
          </button>
        </div>
      </header>
      <div class="inside">
        <Traces night={night} />
        <div class="reasons">
          <Probabilities night={night} index={index} />
          <Why night={night} index={index} />
          <p class="note">{qualityText(night.quality[index])}</p>
        </div>
      </div>
    </section>
  )
}

function Probabilities({ night, index }: { night: Night; index: number }) {
  const row = night.probabilities.subarray(index * STAGES.length, (index + 1) * STAGES.length)
  return (
    <>
      <h3>How likely each stage is</h3>
      <dl class="probabilities">
        {STAGES.map((name, k) => {
          const share = row[k] ?? Number.NaN
          const known = Number.isFinite(share)
          return (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <span class="rail" aria-hidden="true">
                  <span
                    class={`meter ${stageClass(name)}`}
                    style={{ width: `${known ? 100 * share : 0}%` }}
                  />
                </span>
                <span class="value">{known ? `${Math.round(100 * share)} %` : '?'}</span>
              </dd>
            </div>
          )
        })}
      </dl>
    </>
  )
}

/** The signal's quality in words: 1 is nothing to complain about, 0 nothing to stage from. */
function qualityText(quality: number | undefined): string {
  if (quality === undefined || Number.isNaN(quality))
    return 'The quality of the signal is not known.'
  if (quality >= 0.9) return 'The signal is clean.'
  if (quality >= 0.5) return 'The signal is disturbed in places.'
  if (quality > 0) return 'The signal is poor: take this stage with care.'
  return 'There is no usable signal here, so nothing is scored.'
}
