import { addSeconds, wallClockS } from '../../math/wall-clock.ts'
import { writeEdf } from '../../signal/edf/writer.ts'
import { EPOCH_S, STAGE_COUNT, STAGES, type Stage } from '../stage/stage.ts'
import { type Hypnogram, hypnogramS, stageIndex } from './hypnogram.ts'
import { runs } from './period.ts'

/** Text layouts that hypnograms are written in. */
export type HypnogramTextFormat = 'csv' | 'json' | 'luna' | 'remlogic' | 'text' | 'yasa'

/**
 * A hypnogram as text. `text`: a word per line. `yasa`: a number per line, 0..4 and -2, with YASA's
 * comment lines. `luna`: `.eannot` words (30-s epochs are assumed by Luna; others are not stated).
 * `csv`: onset, duration, stage and the probabilities where there are any. `remlogic`: an event
 * export by clock time (00:00:00 when the start is unknown). `json`: `{epochS, startTime?, startS?,
 * stages, probabilities?}`. All but `luna` and `text` state other epoch lengths; `text` does so in
 * a comment. Ends in a newline.
 */
export function writeHypnogramText(hypnogram: Hypnogram, format: HypnogramTextFormat): string {
  return WRITERS[format](hypnogram)
}

const WRITERS: Readonly<Record<HypnogramTextFormat, (hypnogram: Hypnogram) => string>> = {
  csv: writeCsv,
  json: writeJson,
  luna: ({ stages }) => joined(stages),
  remlogic: writeRemlogic,
  text: ({ stages, epochS }) =>
    joined([...(epochS === EPOCH_S ? [] : [`# 1 value per ${epochS} seconds`]), ...stages]),
  yasa: writeYasa,
}

function joined(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}

function writeYasa({ stages, epochS }: Hypnogram): string {
  return joined([
    `# 1 value per ${epochS} seconds`,
    '# 0: Wake, 1: N1, 2: N2, 3: N3, 4: REM, -2: Unscored',
    ...stages.map((stage) => String(stage === '?' ? -2 : stageIndex(stage))),
  ])
}

function writeCsv(hypnogram: Hypnogram): string {
  const { stages, epochS, probabilities, startS = 0 } = hypnogram
  const heading = ['onset', 'duration', 'stage', ...(probabilities ? STAGES : [])]
  const rows = stages.map((stage, i) => {
    const row = probabilities?.subarray(i * STAGE_COUNT, (i + 1) * STAGE_COUNT) ?? []
    const cells = Array.from(row, (p) => (Number.isNaN(p) ? '' : String(p)))
    return [tidy(startS + i * epochS), tidy(epochS), stage, ...cells].join(',')
  })
  return joined([heading.join(','), ...rows])
}

function writeJson(hypnogram: Hypnogram): string {
  const { stages, epochS, probabilities, startTime, startS } = hypnogram
  const rows =
    probabilities &&
    stages.map((_, i) => Array.from(probabilities.slice(i * STAGE_COUNT, (i + 1) * STAGE_COUNT)))
  return joined([JSON.stringify({ epochS, startTime, startS, stages, probabilities: rows })])
}

const REMLOGIC: Readonly<Record<Stage, readonly [string, string]>> = {
  W: ['W', 'SLEEP-S0'],
  N1: ['S1', 'SLEEP-S1'],
  N2: ['S2', 'SLEEP-S2'],
  N3: ['S3', 'SLEEP-S3'],
  R: ['R', 'SLEEP-REM'],
  '?': ['U', 'SLEEP-UNSCORED'],
}

function writeRemlogic({ stages, epochS, startTime }: Hypnogram): string {
  const start = startTime === undefined ? undefined : wallClockS(startTime)
  const [year, month, day] = startTime?.slice(0, 10).split('-') ?? []
  const first = start ?? 0
  return joined([
    'RemLogic Event Export',
    ...(start === undefined ? [] : [`Recording Date:\t${day}/${month}/${year}`]),
    '',
    'Sleep Stage\tTime [hh:mm:ss]\tEvent\tDuration[s]\tLocation',
    ...stages.map((stage, i) => {
      const [short, event] = REMLOGIC[stage]
      return `${short}\t${clock(first + i * epochS)}\t${event}\t${tidy(epochS)}\t-`
    }),
  ])
}

function clock(seconds: number): string {
  const ms = Math.round(seconds * 1000)
  const s = Math.floor(ms / 1000) % 86400
  const parts = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60]
  const fraction = ms % 1000 === 0 ? '' : `.${String(ms % 1000).padStart(3, '0')}`
  return parts.map((part) => String(part).padStart(2, '0')).join(':') + fraction
}

/** Numbers without the noise of floating point: at most six decimals. */
function tidy(value: number): string {
  return String(Math.round(value * 1e6) / 1e6)
}

/**
 * A hypnogram as annotations `Sleep stage N2`, seconds from the start of the recording: one per
 * bout; one per epoch where epochs are not 30 s long, so that a reader can tell.
 */
export function hypnogramAnnotations(
  hypnogram: Hypnogram,
): { readonly onsetS: number; readonly durationS: number; readonly text: string }[] {
  const { epochS, startS = 0, stages } = hypnogram
  const bouts =
    epochS === EPOCH_S ? runs(stages) : stages.map((value, start) => ({ value, start, length: 1 }))
  return bouts.map(({ value, start, length }) => ({
    onsetS: startS + start * epochS,
    durationS: length * epochS,
    text: `Sleep stage ${value}`,
  }))
}

/**
 * A hypnogram as an EDF+ file of annotations only: one `Sleep stage …` per bout, which EDFbrowser,
 * MNE, Luna and `readHypnogram` understand. A start before the recording's has no place in EDF:
 * `startTime` is the first epoch's clock, so the file starts `startS` earlier.
 */
export function hypnogramEdf(hypnogram: Hypnogram): Uint8Array {
  const { startTime, startS = 0 } = hypnogram
  return writeEdf({
    durationS: startS + hypnogramS(hypnogram),
    channels: [],
    annotations: hypnogramAnnotations(hypnogram),
    ...(startTime !== undefined && { startTime: addSeconds(startTime, -startS) }),
  })
}
