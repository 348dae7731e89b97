import {
  eventsFigure,
  hypnogramFigure,
  type Layout,
  type Night,
  plotSpan,
  spectrogramFigure,
} from '@nocturne/core/sleep'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { epoch, epochs, showEpoch } from './view.ts'
import { epochTime, STAGE_WORDS } from './words.ts'

/** Below this width the figures are drawn for a phone. */
const NARROW = '(max-width: 700px)'

/** The night over time: hypnogram, spectrogram and events on one axis, with a cursor. */
export function Timeline({ night }: { night: Night }) {
  const layout = useLayout()
  const figures = useMemo(
    () => [
      hypnogramFigure(night, { layout }),
      spectrogramFigure(night, { layout }),
      night.spectrogram ? eventsFigure(night, { layout }) : '',
    ],
    [night, layout],
  )
  return (
    <section class="timeline" aria-label="The night over time">
      <div class="plots">
        {figures.map((svg, index) => (
          <div key={index} class="figure" dangerouslySetInnerHTML={{ __html: svg }} />
        ))}
        <Cursor night={night} layout={layout} />
      </div>
      <p class="hint">
        Point or drag to look into a moment
        <span class="by-key">
          , or use the keys: <kbd>←</kbd> <kbd>→</kbd> one epoch, with <kbd>Shift</kbd> ten;{' '}
          <kbd>N</kbd> <kbd>P</kbd> next and previous change of stage; <kbd>Home</kbd>{' '}
          <kbd>End</kbd> first and last
        </span>
        .
      </p>
    </section>
  )
}

function useLayout(): Layout {
  const [layout, setLayout] = useState<Layout>(layoutNow)
  useEffect(() => {
    const query = matchMedia(NARROW)
    const change = () => setLayout(layoutNow())
    query.addEventListener('change', change)
    return () => query.removeEventListener('change', change)
  }, [])
  return layout
}

function layoutNow(): Layout {
  return matchMedia(NARROW).matches ? 'narrow' : 'wide'
}

/** A slider over the plot area of the figures: pointer, touch and keys move it. */
function Cursor({ night, layout }: { night: Night; layout: Layout }) {
  const [left, right] = plotSpan(layout)
  const at = epochs.value > 0 ? (epoch.value + 0.5) / epochs.value : 0
  const stage = night.stages[epoch.value] ?? '?'
  const point = (event: PointerEvent) => {
    const area = (event.currentTarget as HTMLElement).getBoundingClientRect()
    showEpoch(Math.floor(((event.clientX - area.left) / area.width) * epochs.value))
  }
  return (
    <div
      class="cursor"
      style={{ left: `${100 * left}%`, right: `${100 * (1 - right)}%` }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        point(event)
      }}
      onPointerMove={(event) => {
        if (event.buttons > 0) point(event)
      }}
    >
      <input
        type="range"
        min={0}
        max={Math.max(0, epochs.value - 1)}
        value={epoch.value}
        aria-label="Moment of the night"
        aria-valuetext={`${epochTime(night, epoch.value)}, ${STAGE_WORDS[stage]}, epoch ${epoch.value + 1} of ${epochs.value}`}
        onInput={(event) => showEpoch(event.currentTarget.valueAsNumber)}
      />
      <div class="line" style={{ left: `${100 * at}%` }}>
        <span class="time" aria-hidden="true">
          {epochTime(night, epoch.value).slice(0, 5)}
        </span>
      </div>
    </div>
  )
}
