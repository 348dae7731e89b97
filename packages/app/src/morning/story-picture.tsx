import { clockText, linearScale, stepPath } from '@nocturne/core/figure'
import type { NightStory } from './morning-messages.ts'

const WIDTH = 1000
const LEFT = 64
const RIGHT = 8
const ROW = 26
const TOP = 8
/** Rows from above, as a hypnogram has them: W R N1 N2 N3; places of W N1 N2 N3 R. */
const ROW_OF = [0, 2, 3, 4, 1] as const
const ROW_NAMES = ['Awake', 'REM', 'N1', 'N2', 'Deep'] as const
const STAGES_FOOT = TOP + ROW * ROW_NAMES.length
const CLICKS_TOP = STAGES_FOOT + 14
const CLICKS_HEIGHT = 40
const MODES_TOP = CLICKS_TOP + CLICKS_HEIGHT + 14
const MODES_HEIGHT = 12
const HEIGHT = MODES_TOP + MODES_HEIGHT + 30
const EPOCH_S = 30
/** Bars of clicks, at most so many in a night. */
const MOST_BARS = 96
/** Steps of the time axis that are tried, minutes. */
const TICK_STEPS_MIN = [1, 2, 5, 10, 15, 30, 60, 120, 240] as const
const MOST_TICKS = 10

/** A night in one picture: stages as the device saw them, clicks, modes. */
export function StoryPicture({ story }: { story: NightStory }) {
  const spanS = Math.max(60, story.spanMs / 1000)
  const scale = linearScale([0, spanS], [LEFT, WIDTH - RIGHT])
  const x = (seconds: number): number => scale.at(seconds)
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" class="story">
      <title>{pictureWords(story)}</title>
      {ROW_NAMES.map((name, row) => (
        <text key={name} x={LEFT - 10} y={TOP + ROW * (row + 0.68)} class="side">
          {name}
        </text>
      ))}
      <text x={LEFT - 10} y={CLICKS_TOP + CLICKS_HEIGHT - 4} class="side">
        Clicks
      </text>
      <text x={LEFT - 10} y={MODES_TOP + MODES_HEIGHT - 1} class="side">
        Mode
      </text>
      <Ticks {...{ story, spanS, x }} />
      <Stages {...{ story, spanS, x }} />
      <Clicks {...{ story, spanS, x }} />
      {story.modes.map(({ atMs, mode }, k) => {
        const from = x(atMs / 1000)
        const to = x(Math.min(spanS, (story.modes[k + 1]?.atMs ?? story.spanMs) / 1000))
        return (
          <rect
            key={`${atMs} ${mode} ${k}`}
            class={`mode ${mode}`}
            {...{ x: from, y: MODES_TOP, width: Math.max(0, to - from), height: MODES_HEIGHT }}
          />
        )
      })}
    </svg>
  )
}

type Part = {
  readonly story: NightStory
  readonly spanS: number
  readonly x: (value: number) => number
}

function Ticks({ story: { startS }, spanS, x }: Part) {
  const stepS = 60 * (TICK_STEPS_MIN.find((min) => spanS / 60 / min <= MOST_TICKS) ?? 480)
  const first = Math.ceil(startS / stepS) * stepS - startS
  const count = Math.max(0, Math.floor((spanS - first) / stepS) + 1)
  return (
    <>
      {Array.from({ length: count }, (_, k) => first + k * stepS).map((at) => (
        <g key={at}>
          <line class="grid" x1={x(at)} x2={x(at)} y1={TOP} y2={MODES_TOP + MODES_HEIGHT} />
          <text x={Math.min(x(at), WIDTH - 20)} y={HEIGHT - 8} class="tick">
            {clockText(startS + at)}
          </text>
        </g>
      ))}
    </>
  )
}

function Stages({ story: { stages }, spanS, x }: Part) {
  const steps = stages.map((stage, k) => ({
    x0: x(Math.min(spanS, k * EPOCH_S)),
    x1: x(Math.min(spanS, (k + 1) * EPOCH_S)),
    y: stage < 0 ? Number.NaN : TOP + ROW * (ROW_OF[stage]! + 0.5),
  }))
  return (
    <>
      {ROW_NAMES.map((name, row) => (
        <line
          {...{ key: name, class: 'grid', x1: LEFT, x2: WIDTH - RIGHT }}
          y1={TOP + ROW * (row + 0.5)}
          y2={TOP + ROW * (row + 0.5)}
        />
      ))}
      <path class="steps" d={stepPath(steps)} />
    </>
  )
}

function Clicks({ story: { clicks }, spanS, x }: Part) {
  const barS = Math.max(60, Math.ceil(spanS / MOST_BARS / 60) * 60)
  const bars = new Array<number>(Math.ceil(spanS / barS)).fill(0)
  for (const { atMs } of clicks) bars[Math.min(bars.length - 1, Math.floor(atMs / 1000 / barS))]!++
  const most = Math.max(1, ...bars)
  return (
    <>
      <line
        {...{ class: 'grid', x1: LEFT, x2: WIDTH - RIGHT }}
        y1={CLICKS_TOP + CLICKS_HEIGHT}
        y2={CLICKS_TOP + CLICKS_HEIGHT}
      />
      {bars.map((count, k) => {
        const height = (CLICKS_HEIGHT * count) / most
        const from = x(k * barS)
        const width = Math.max(1, x(Math.min(spanS, (k + 1) * barS)) - from - 1)
        const y = CLICKS_TOP + CLICKS_HEIGHT - height
        return count > 0 && <rect key={from} class="clicks" {...{ x: from, y, width, height }} />
      })}
    </>
  )
}

function pictureWords({ from, to, clicks, stages }: NightStory): string {
  const share = (stage: number): string =>
    ((stages.filter((each) => each === stage).length * EPOCH_S) / 60).toFixed(0)
  return (
    `The night from ${from} to ${to} as the device saw it live: ${share(0)} min awake, ` +
    `${share(4)} min REM, ${share(3)} min deep; ${clicks.length} clicks.`
  )
}
