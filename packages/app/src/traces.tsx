import { channelKind, type Night, type NightStretch } from '@nocturne/core/sleep'
import { useMemo } from 'preact/hooks'
import type { Trace } from './messages.ts'
import { tracePath } from './trace-path.ts'
import {
  channels,
  epoch,
  isShared,
  page,
  robustSpread,
  rowUv,
  scaleTraces,
  shownChannels,
  toggleChannel,
  viewProblem,
} from './view.ts'
import { counted } from './words.ts'

const WIDTH = 1000
const ROW = 90
/** Height of a row on the page, rem. */
const ROW_REM = 4.75

/** The signal of the epoch under the cursor, with what was found in it marked. */
export function Traces({ night }: { night: Night }) {
  const read = page.value
  const size = rowUv.value
  const marks = useMemo(() => (read ? marksOf(night, read.startS) : []), [night, read])
  const sheet = useMemo(
    () => read && <Sheet {...{ night, marks, size, ...read }} />,
    [night, marks, size, read],
  )
  if (viewProblem.value) {
    return <p class="waiting">The signal cannot be shown: {viewProblem.value}</p>
  }
  if (!read) return <p class="waiting">The signal is being read …</p>
  const stale = read.startS !== epoch.value * night.epochS
  return (
    <figure class={stale ? 'traces stale' : 'traces'}>
      {sheet}
      <Caption night={night} marks={marks} />
    </figure>
  )
}

type SheetProps = {
  readonly night: Night
  readonly traces: readonly Trace[]
  readonly startS: number
  readonly marks: readonly Marked[]
  /** Height of the shared rows, uV. */
  readonly size: number
}

function Sheet({ night, traces, startS, marks, size }: SheetProps) {
  return (
    <div class="rows">
      <svg
        viewBox={`0 0 ${WIDTH} ${traces.length * ROW}`}
        style={{ height: `${traces.length * ROW_REM}rem` }}
        role="img"
        aria-label={`${night.epochS} seconds of ${traces.map(({ label }) => label).join(', ')}`}
        preserveAspectRatio="none"
      >
        <Seconds count={night.epochS} height={traces.length * ROW} />
        {marks.map((mark) => (
          <Mark key={`${mark.kind} ${mark.startS}`} {...{ mark, traces, night, startS }} />
        ))}
        {traces.map((trace, row) => (
          <path key={trace.label} d={pathOf(trace, row, size)} class="trace" />
        ))}
      </svg>
      <ul class="labels" aria-hidden="true">
        {traces.map((trace) => (
          <li key={trace.label}>{trace.label + ownScale(trace, size)}</li>
        ))}
      </ul>
    </div>
  )
}

function Seconds({ count, height }: { count: number; height: number }) {
  return Array.from({ length: count + 1 }, (_, second) => (
    <line
      key={second}
      x1={(second / count) * WIDTH}
      x2={(second / count) * WIDTH}
      y1={0}
      y2={height}
      class={second % 5 === 0 ? 'second five' : 'second'}
    />
  ))
}

type MarkKind = 'spindle' | 'slow wave' | 'eye movement'
type Marked = NightStretch & { readonly kind: MarkKind }

/** The events that touch the epoch that begins at `startS`. */
function marksOf({ spindles, slowWaves, rems, epochS }: Night, startS: number): Marked[] {
  const inside = (events: readonly NightStretch[], kind: MarkKind): Marked[] =>
    events
      .filter((event) => event.startS < startS + epochS && event.startS + event.durationS > startS)
      .map((event) => ({ startS: event.startS, durationS: event.durationS, kind }))
  return [
    ...inside(slowWaves, 'slow wave'),
    ...inside(spindles, 'spindle'),
    ...inside(rems ?? [], 'eye movement'),
  ]
}

/** An event as a tinted stretch of the channel it was found in; nothing when that is not shown. */
function Mark(props: { mark: Marked; traces: readonly Trace[]; night: Night; startS: number }) {
  const { mark, traces, night, startS } = props
  const { eeg, eog } = night.recording.used
  const row = traces.findIndex(({ label }) => label === (mark.kind === 'eye movement' ? eog : eeg))
  if (row < 0) return null
  const scale = WIDTH / night.epochS
  const from = Math.max(0, (mark.startS - startS) * scale)
  const to = Math.min(WIDTH, (mark.startS + mark.durationS - startS) * scale)
  const low = mark.kind === 'slow wave'
  return (
    <rect
      x={from}
      width={Math.max(1, to - from)}
      y={row * ROW + (low ? ROW - 12 : 8)}
      height={low ? 8 : ROW - 24}
      class={`mark ${mark.kind.replace(' ', '-')}`}
    />
  )
}

function pathOf(trace: Trace, row: number, size: number): string {
  const rowSize = isShared(trace) ? size * scaleOf(trace) : ownSize(trace)
  return tracePath(trace.samples, { row, rowHeight: ROW, width: WIDTH, rowSize })
}

/** Height of a row that fits one trace, in its unit: for those that share no scale. */
function ownSize({ samples }: Trace): number {
  return Math.max(2.4 * robustSpread(samples), 1e-6)
}

/** The chin is drawn four times as tall: its tone is a fifth of the brain's waves. */
function scaleOf({ label }: Trace): number {
  return channelKind(label) === 'emg' ? 1 / 4 : 1
}

/** What a label adds where its row has a height of its own. */
function ownScale(trace: Trace, size: number): string {
  if (isShared(trace) && scaleOf(trace) === 1) return ''
  const row = isShared(trace) ? size * scaleOf(trace) : ownSize(trace)
  return `, row ${Number(row.toPrecision(2))} ${trace.unit === 'uV' ? 'µV' : trace.unit}`
}

function Caption({ night, marks }: { night: Night; marks: readonly Marked[] }) {
  const kinds: readonly MarkKind[] = ['spindle', 'slow wave', 'eye movement']
  return (
    <figcaption>
      <ul class="legend" aria-label="Events in this epoch">
        {kinds
          .filter((kind) => kind !== 'eye movement' || night.rems)
          .map((kind) => (
            <li key={kind} class={kind.replace(' ', '-')}>
              {counted(marks.filter((mark) => mark.kind === kind).length, kind)}
            </li>
          ))}
      </ul>
      <div class="scale">
        <span>
          {night.epochS} s, row {rowUv.value} µV
        </span>
        <button type="button" aria-label="Flatter traces" onClick={() => scaleTraces(-1)}>
          −
        </button>
        <button type="button" aria-label="Taller traces" onClick={() => scaleTraces(1)}>
          +
        </button>
      </div>
      <ChannelChoice />
    </figcaption>
  )
}

function ChannelChoice() {
  const chosen = shownChannels.value
  return (
    <details class="channels">
      <summary>
        {chosen.length} of {counted(channels.value.length, 'channel')} shown
      </summary>
      <fieldset>
        <legend class="unseen">Channels to show</legend>
        {channels.value.map(({ label }) => (
          <label key={label}>
            <input
              type="checkbox"
              checked={chosen.includes(label)}
              onChange={() => toggleChannel(label)}
            />{' '}
            {label}
          </label>
        ))}
      </fieldset>
    </details>
  )
}
