import { clockText } from '@nocturne/core/figure'
import { type Night, STAGES } from '@nocturne/core/sleep'
import type { Trace } from './messages.ts'
import { epoch, page } from './state.ts'

const WIDTH = 1000
const ROW = 96

/** The epoch under the cursor: what the model thinks, how sure it is, and the signal itself. */
export function EpochView({ night }: { night: Night }) {
  const index = epoch.value
  const stage = night.stages[index] ?? '?'
  const row = night.probabilities.subarray(index * STAGES.length, (index + 1) * STAGES.length)
  return (
    <section class="epoch" aria-labelledby="epoch-title">
      <h2 id="epoch-title" aria-live="polite">
        {timeOf(night, index)} <span class={`chip stage-${stageName(stage)}`}>{stage}</span>
        {night.ambiguous[index] && <span class="chip doubt">experts would disagree here</span>}
      </h2>
      <dl class="probabilities">
        {STAGES.map((name, k) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <span
                class={`meter stage-${stageName(name)}`}
                style={{ width: `${100 * (row[k] ?? 0)}%` }}
              />
              <span class="value">
                {Number.isFinite(row[k] ?? NaN) ? `${Math.round(100 * row[k]!)} %` : '?'}
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <Traces traces={page.value?.traces ?? []} durationS={night.epochS} />
    </section>
  )
}

function stageName(stage: string): string {
  return stage === '?' ? 'unscored' : stage.toLowerCase()
}

/** Clock time of an epoch, or its time since the start where the clock is unknown. */
function timeOf(night: Night, index: number): string {
  const [, hours, minutes, seconds] =
    /T(\d\d):(\d\d):(\d\d)/.exec(night.recording.startTime ?? '') ?? []
  const start = hours ? Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) : 0
  return clockText((start + index * night.epochS) % 86_400)
}

/** Thirty seconds of the channels that were read, one scale for all voltages. */
function Traces({ traces, durationS }: { traces: readonly Trace[]; durationS: number }) {
  if (traces.length === 0) return <p class="waiting">The signal of this epoch is being read …</p>
  const spread = Math.max(...traces.map(({ samples }) => robustSpread(samples)), 1)
  return (
    <figure class="traces">
      <div class="rows">
        <svg
          viewBox={`0 0 ${WIDTH} ${traces.length * ROW}`}
          role="img"
          aria-label={`${durationS} seconds of ${traces.map(({ label }) => label).join(', ')}`}
          preserveAspectRatio="none"
        >
          {Array.from({ length: durationS + 1 }, (_, second) => (
            <line
              key={second}
              x1={(second / durationS) * WIDTH}
              x2={(second / durationS) * WIDTH}
              y1={0}
              y2={traces.length * ROW}
              class={second % 5 === 0 ? 'second five' : 'second'}
            />
          ))}
          {traces.map((trace, row) => (
            <path key={trace.label} d={tracePath(trace, row, spread)} class="trace" />
          ))}
        </svg>
        <ul class="labels" aria-hidden="true">
          {traces.map(({ label }) => (
            <li key={label}>{label}</li>
          ))}
        </ul>
      </div>
      <figcaption>
        {durationS} s, thin lines 1 s, strong lines 5 s; full height of a row{' '}
        {Math.round(2 * spread)} uV. Left and right arrow keys move through the night.
      </figcaption>
    </figure>
  )
}

/** Half the height of a row in uV: the 99th percentile of the distance from the median. */
function robustSpread(samples: Float32Array): number {
  const sorted = samples.filter((x) => !Number.isNaN(x)).sort()
  const middle = sorted[sorted.length >> 1] ?? 0
  const distances = sorted.map((x) => Math.abs(x - middle)).sort()
  return distances[Math.floor(0.99 * distances.length)] ?? 0
}

function tracePath({ samples }: Trace, row: number, spread: number): string {
  const sorted = samples.filter((x) => !Number.isNaN(x)).sort()
  const middle = sorted[sorted.length >> 1] ?? 0
  const step = WIDTH / samples.length
  let path = ''
  let pen = 'M'
  samples.forEach((x, i) => {
    if (Number.isNaN(x)) {
      pen = 'M'
      return
    }
    const y = ROW * (row + 0.5 - Math.max(-0.55, Math.min(0.55, (x - middle) / (2 * spread))))
    path += `${pen}${(i * step).toFixed(1)} ${y.toFixed(1)}`
    pen = 'L'
  })
  return path
}
