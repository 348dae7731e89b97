import { linePath } from '@nocturne/core/figure'
import { STAGE_WORDS, stageClass } from '../words.ts'
import type { LiveNight } from './tonight-messages.ts'

const WIDTH = 1000
const HEIGHT = 180
const FOOT = 22
const SHOWN_S = 10
/** Half the height of the picture, uV; a wave beyond it is cut. */
const MOST_UV = 200
const STAGES = ['W', 'N1', 'N2', 'N3', 'R'] as const

/** The night as it is now: stage, signal with clicks, the reason that stands, counts. */
export function LiveView({ night }: { night: LiveNight }) {
  const { clock, mode, stages, standing, levelDb, clicks } = night
  const known = stages.some((p) => p >= 0)
  const best = known ? stages.indexOf(Math.max(...stages.map((p) => p || 0))) : -1
  const stage = STAGES[best] ?? '?'
  return (
    <div class="now-live">
      <p class="now">
        <span class="clock">{clock}</span>
        <span class={`chip ${stageClass(stage)}`}>
          {STAGE_WORDS[stage]}
          {best >= 0 && ` ${Math.round(100 * stages[best]!)} %`}
        </span>
        <span>
          mode <strong id="mode-now">{mode}</strong>
        </span>
        <span>
          {clicks} clicks{levelDb !== undefined && `, last at ${levelDb.toFixed(0)} dB(A)`}
        </span>
      </p>
      <Trace night={night} />
      <p class="standing">
        {standing ? (
          <>
            <strong>{standing.allowed ? 'A click was allowed.' : 'Not done right now:'}</strong>
            {!standing.allowed && ` ${standing.says} `}
            {!standing.allowed && <small>({standing.rule})</small>}
          </>
        ) : (
          'Nothing has been decided yet: the night has just begun.'
        )}
      </p>
      <Counts night={night} />
    </div>
  )
}

function Counts({ night: { allowed, refused, notes } }: { night: LiveNight }) {
  return (
    <div class="cards">
      <div>
        <h3>Decisions so far</h3>
        <table>
          <tbody>
            <tr>
              <th scope="row">Allowed</th>
              <td class="value">{allowed}</td>
            </tr>
            {refused.map(({ says, count }) => (
              <tr key={says}>
                <th scope="row">{says}</th>
                <td class="value">{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div>
        <h3>What the governor did</h3>
        {notes.length === 0 && <p class="note">Nothing of itself so far.</p>}
        <ul class="listing notes">
          {notes.map(({ at, text }, k) => (
            <li key={`${at} ${notes.length - k}`}>
              <span class="value">{at}</span>
              <span>{text}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

function Trace({ night: { trace, label, clicksAgoS } }: { night: LiveNight }) {
  const middle = (HEIGHT - FOOT) / 2
  const x = Array.from(trace, (_, i) => (WIDTH * i) / (trace.length - 1))
  const y = Array.from(trace, (uv) => {
    const held = Math.max(-MOST_UV, Math.min(MOST_UV, uv))
    return middle - (middle * held) / MOST_UV
  })
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} class="live" role="img">
      <title>
        {`${label}, the last ${SHOWN_S} s, within ${MOST_UV} microvolts; ${clicksAgoS.length} clicks.`}
      </title>
      {[0, 2, 4, 6, 8, 10].map((s) => (
        <g key={s}>
          <line
            {...{ class: 'grid', y1: 0, y2: HEIGHT - FOOT }}
            x1={(WIDTH * s) / SHOWN_S}
            x2={(WIDTH * s) / SHOWN_S}
          />
          {s > 0 && s < SHOWN_S && (
            <text x={(WIDTH * s) / SHOWN_S} y={HEIGHT - 6} class="tick">
              −{SHOWN_S - s} s
            </text>
          )}
        </g>
      ))}
      <path class="trace" d={linePath(x, y)} />
      {clicksAgoS.map((ago) => {
        const at = WIDTH * (1 - ago / SHOWN_S)
        return <line key={at} class="click" x1={at} x2={at} y1={0} y2={HEIGHT - FOOT} />
      })}
    </svg>
  )
}
