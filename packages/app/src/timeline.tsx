import { eventsFigure, hypnogramFigure, type Night, spectrogramFigure } from '@nocturne/core/sleep'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { epoch, epochs, showEpoch } from './state.ts'

const BIG_STEP = 10

/** The night over time: hypnogram, spectrogram and events on one axis, with a cursor. */
export function Timeline({ night }: { night: Night }) {
  const figures = useMemo(
    () => [hypnogramFigure(night), spectrogramFigure(night), eventsFigure(night)],
    [night],
  )
  useEffect(() => {
    addEventListener('keydown', moveByKey)
    return () => removeEventListener('keydown', moveByKey)
  }, [])
  return (
    <section class="timeline" aria-label="The night over time">
      {figures.map((svg, index) => (
        <div key={index} class="figure" dangerouslySetInnerHTML={{ __html: svg }} />
      ))}
      <Cursor night={night} />
    </section>
  )
}

/** A slider over the plot area of the figures: pointer, touch and keys move it. */
function Cursor({ night }: { night: Night }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <input
      ref={input}
      class="cursor"
      type="range"
      min={0}
      max={Math.max(0, epochs.value - 1)}
      value={epoch.value}
      aria-label="Epoch"
      aria-valuetext={`${night.stages[epoch.value] ?? '?'}, epoch ${epoch.value + 1} of ${epochs.value}`}
      onInput={(event) => showEpoch(event.currentTarget.valueAsNumber)}
    />
  )
}

function moveByKey(event: KeyboardEvent): void {
  const target = event.target as HTMLElement
  if (event.altKey || event.ctrlKey || event.metaKey || /^(INPUT|SELECT)$/.test(target.tagName))
    return
  const step = event.shiftKey ? BIG_STEP : 1
  if (event.key === 'ArrowRight') showEpoch(epoch.value + step)
  else if (event.key === 'ArrowLeft') showEpoch(epoch.value - step)
  else return
  event.preventDefault()
}
