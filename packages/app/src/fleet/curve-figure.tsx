import { linePath } from '@nocturne/core/figure'
import type { CurvePoint } from '@nocturne/core/fleet'

const WIDTH = 1000
const HEIGHT = 160
const FOOT = 22
const HOUR_MS = 3_600_000
const MARKS_MIN = [60, 45, 30, 15, 0] as const
/** From below: who is natural, in guidance, in control. */
const LAYERS = ['natural', 'guidance', 'control'] as const

/** The devices of the last hour by mode, one upon the other. */
export function CurveFigure({ points }: { points: readonly CurvePoint[] }) {
  const last = points.at(-1)
  if (points.length < 2 || !last) {
    return <p class="note">The curve of the last hour begins after a minute.</p>
  }
  const most = Math.max(1, ...points.map((point) => point.natural + point.guidance + point.control))
  const x = points.map(({ atMs }) => WIDTH * (1 - (last.atMs - atMs) / HOUR_MS))
  const y = (count: number): number => (HEIGHT - FOOT) * (1 - count / most)
  let below = points.map(() => 0)
  const areas = LAYERS.map((mode) => {
    const top = points.map((point, i) => below[i]! + point[mode])
    const under = below
    below = top
    const back = [...x].reverse()
    const floor = [...under].reverse().map(y)
    return { mode, path: `${linePath(x, top.map(y))}${linePath(back, floor).replace('M', 'L')}Z` }
  })
  const told = LAYERS.map((mode) => `${last[mode]} ${mode}`).join(', ')
  return (
    <figure class="curve">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img">
        <title>{`Devices of the last hour by mode; now ${told}.`}</title>
        {areas.map(({ mode, path }) => (
          <path key={mode} class={`layer ${mode}`} d={path} />
        ))}
        {MARKS_MIN.map((min) => (
          <text
            {...{ key: min, class: 'tick', y: HEIGHT - 6 }}
            x={WIDTH * (1 - min / 60)}
            text-anchor={min === 60 ? 'start' : min === 0 ? 'end' : 'middle'}
          >
            {min === 0 ? 'now' : `−${min} min`}
          </text>
        ))}
      </svg>
      <figcaption>
        <ul class="legend">
          {LAYERS.map((mode) => (
            <li key={mode} class={`layer ${mode}`}>
              {mode}
            </li>
          ))}
        </ul>
        <span>at most {most} at a time</span>
      </figcaption>
    </figure>
  )
}
