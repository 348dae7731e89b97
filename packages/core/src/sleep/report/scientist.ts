import { escapeMarkup } from '../../figure/index.ts'
import { transitionMatrix } from '../hypnogram/transition.ts'
import type { Night } from '../night/night.ts'
import { STAGES, type Stage } from '../stage/stage.ts'
import { couplingFigure } from './coupling-figure.ts'
import { cycleTable } from './cycle-panel.ts'
import { eventsFigure, spectrogramFigure } from './figure.ts'
import { type Cell, card, figureHtml, paragraph, type Table, tableHtml } from './html.ts'
import { type UsualRanges, usualRanges, usualSource } from './usual-range.ts'
import { fixed, momentText, percent } from './words.ts'

/** The shares of total sleep time. */
type Share = 'n1Pct' | 'n2Pct' | 'n3Pct' | 'remPct'

type Row = {
  readonly name: string
  readonly field: keyof Night['statistics']
  readonly unit: 'min' | '%' | '' | '/h'
  /** A second field, percent of total sleep time, beside the first. */
  readonly pct?: Share
  readonly definition: string
}

/** The statistics of a night as they are printed, with the definitions of the AASM Manual. */
const ROWS: readonly Row[] = [
  row('Time in bed', 'tibMin', 'min', 'All epochs of the recording, or lights off to lights on.'),
  row('Sleep period', 'sptMin', 'min', 'First to last epoch of sleep, both included.'),
  row('Total sleep time', 'tstMin', 'min', 'N1 + N2 + N3 + R.'),
  row('Sleep efficiency', 'efficiencyPct', '%', 'Total sleep time / time in bed.'),
  row('Sleep maintenance', 'maintenancePct', '%', 'Total sleep time / sleep period.'),
  row('Sleep latency', 'solMin', 'min', 'Start to the first epoch of any sleep.'),
  row('Wake after sleep onset', 'wasoMin', 'min', 'Wake within the sleep period.'),
  row('Awakenings', 'awakenings', '', 'Bouts of wake within the sleep period.'),
  row('REM latency', 'remLatencyMin', 'min', 'Sleep onset to the first epoch of R.'),
  row('Fragmentation', 'fragmentationPerH', '/h', 'Steps from sleep to wake per hour of sleep.'),
  share('N1', 'n1Min', 'n1Pct'),
  share('N2', 'n2Min', 'n2Pct'),
  share('N3', 'n3Min', 'n3Pct'),
  share('REM', 'remMin', 'remPct'),
  row('Not scored', 'unscoredMin', 'min', 'No usable signal; neither sleep nor wake.'),
]

function row(
  name: string,
  field: keyof Night['statistics'],
  unit: Row['unit'],
  definition: string,
): Row {
  return { name, field, unit, definition }
}

function share(name: string, field: keyof Night['statistics'], pct: Share): Row {
  return {
    name,
    field,
    unit: 'min',
    pct,
    definition: `Time in ${name}, and its share of total sleep time.`,
  }
}

/**
 * The scientist's figures and tables: statistics, spectrogram, events, hours, transitions,
 * agreement.
 */
export function sciencePart(night: Night): string {
  return [
    card('statistics', 'Statistics', 3, statistics(night)),
    spectrogram(night),
    card('events', 'Events', 3, events(night)),
    '<div class="pair">',
    card('hours', 'Hours and cycles', 3, hoursAndCycles(night)),
    `<div>${card('transitions', 'Transitions', 3, transitions(night))}${agreementCard(night)}</div>`,
    '</div>',
  ].join('')
}

function statistics(night: Night): string {
  const ranges = usualRanges(night)
  const rows = ROWS.map(({ name, field, unit, pct, definition }): Cell[] => {
    const value = night.statistics[field]
    const note = pct ? withUnit(night.statistics[pct], '%', 1) : ''
    const shown = withUnit(value, unit, unit === '' ? 0 : 1)
    return [
      { text: name, note: definition },
      { number: shown, note },
      usualText(ranges, pct ?? field, pct ? '%' : unit),
    ]
  })
  const caption = 'Sleep statistics by the AASM definitions'
  return (
    `<div class="stats">${tableHtml({ caption, head: ['Measure', 'This night', 'Usual'], rows })}</div>` +
    paragraph(usualSource(ranges), 'muted')
  )
}

function withUnit(value: number | undefined, unit: Row['unit'], digits: number): string {
  const text = fixed(value, digits)
  return text === '–' || unit === '' ? text : `${text} ${unit}`
}

function usualText(ranges: UsualRanges, name: string, unit: Row['unit']): string {
  const found = ranges.get(name)
  if (!found) return ''
  const digits = unit === '%' || unit === '/h' ? 1 : 0
  const [low, high] = found.usual.map((end) => end.toFixed(digits))
  return `${low} – ${high}${unit && ` ${unit}`}`
}

function spectrogram(night: Night): string {
  const caption = escapeMarkup(
    `Power of ${night.recording.used.eeg} in dB (10 log10 of uV²/Hz), brighter is stronger, on the same time axis as the hypnogram. The colours span the 3rd to the 98th percentile of what is shown. Deep sleep glows below 4 Hz; spindles are the faint band between 11 and 16 Hz.`,
  )
  const drawing = figureHtml(night, 'spectrogram', spectrogramFigure, caption)
  return drawing && card('spectrum', 'Spectrogram', 3, drawing)
}

function events(night: Night): string {
  const caption = escapeMarkup(
    'Events per minute in stretches of five minutes; arousals and movements one by one. Every event with its time is in night.json.',
  )
  const rose =
    night.coupling && Number.isFinite(night.coupling.meanPhaseRad)
      ? `<figure class="rose">${couplingFigure(night.coupling)}<figcaption>${escapeMarkup(couplingWords(night))}</figcaption></figure>`
      : ''
  return (
    figureHtml(night, 'event-figure', eventsFigure, caption) + tableHtml(eventSummary(night)) + rose
  )
}

function couplingWords({ coupling }: Night): string {
  if (!coupling) return ''
  const { meanPhaseRad, resultant, n, p } = coupling
  const degrees = Math.round((meanPhaseRad * 180) / Math.PI)
  const chance = p < 0.001 ? 'p < 0.001' : `p = ${fixed(p, 3)}`
  return `Phase of the slow wave at the spindles' peaks: mean ${degrees}° (0° = up-state peak), resultant ${resultant.toFixed(2)}, ${n} spindles, Rayleigh ${chance}.`
}

function eventSummary(night: Night): Table {
  const { spindles, slowWaves, rems, arousals, movements, statistics: s } = night
  const nrem = [s.n2Min + s.n3Min, 'min'] as const
  const sleep = [s.tstMin / 60, 'h'] as const
  const row = (
    name: string,
    events: readonly { readonly durationS: number }[],
    per: readonly [length: number, unit: 'min' | 'h'],
    rest: readonly Cell[] = ['', ''],
  ): Cell[] => {
    const rate = per[0] > 0 ? `${(events.length / per[0]).toFixed(2)} /${per[1]}` : '–'
    const duration = mean(
      events.map((e) => e.durationS),
      2,
      's',
    )
    return [name, { number: String(events.length) }, { number: rate }, duration, ...rest]
  }
  return {
    caption: 'Events found: rates over N2 + N3, REM, or total sleep; means of the rest',
    head: ['Event', 'Found', 'Rate', 'Duration', 'Peak to peak', 'Frequency'],
    rows: [
      row('Spindles', spindles, nrem, [
        mean(
          spindles.map((e) => e.amplitudeUv),
          1,
          'uV',
        ),
        mean(
          spindles.map((e) => e.frequencyHz),
          2,
          'Hz',
        ),
      ]),
      row('Slow waves', slowWaves, nrem, [
        mean(
          slowWaves.map((e) => e.ptpUv),
          1,
          'uV',
        ),
        '',
      ]),
      ...(rems ? [row('Rapid eye movements', rems, [s.remMin, 'min'])] : []),
      row('Arousals', arousals, sleep),
      row('Movements', movements, sleep),
    ],
  }
}

function mean(values: readonly number[], digits: number, unit: string): Cell {
  const finite = values.filter((v) => Number.isFinite(v))
  if (finite.length === 0) return { number: '–' }
  const sum = finite.reduce((a, b) => a + b, 0)
  return { number: `${(sum / finite.length).toFixed(digits)} ${unit}` }
}

function hoursAndCycles(night: Night): string {
  const cycles = cycleTable(night)
  const second = cycles.rows.length ? tableHtml(cycles) : ''
  return `<div class="grid">${tableHtml(hours(night))}${second}</div>`
}

function hours(night: Night): Table {
  const perHour = Math.round(3600 / night.epochS)
  const columns: Stage[] = [...STAGES, '?']
  const rows: Cell[][] = []
  for (let from = 0; from < night.stages.length; from += perHour) {
    const part = night.stages.slice(from, from + perHour)
    const minutes = columns.map((stage): Cell => {
      const n = part.filter((s) => s === stage).length
      return { number: ((n * night.epochS) / 60).toFixed(1).replace('.0', ''), shade: n / perHour }
    })
    rows.push([momentText(night, from * night.epochS), ...minutes])
  }
  return {
    caption: 'Minutes of each stage in every hour of the recording',
    head: ['From', ...STAGES, '?'],
    rows,
  }
}

function transitions(night: Night): string {
  const { counts, probabilities } = transitionMatrix(night.stages)
  const rows = STAGES.map((stage, i): Cell[] => [
    stage,
    ...STAGES.map((_, j): Cell => {
      const p = probabilities[i]![j]!
      return { number: String(counts[i]![j]), note: percent(p), shade: p }
    }),
  ])
  const caption = 'From one epoch (row) to the next (column): count, share of the row'
  return `<div class="grid">${tableHtml({ caption, head: ['From', ...STAGES], rows })}</div>`
}

function agreementCard(night: Night): string {
  const found = night.reference?.agreement
  if (!found) return ''
  const words = `Against the scorer's hypnogram, epoch by epoch: accuracy ${percent(found.accuracy)}, Cohen's kappa ${fixed(found.kappa, 2)}, F1 ${STAGES.map((s) => `${s} ${fixed(found.f1[s], 2)}`).join(', ')}.`
  const rows = STAGES.map((stage, i): Cell[] => {
    const counts = found.confusion[i] ?? []
    const sum = counts.reduce((a, b) => a + b, 0)
    return [
      stage,
      ...STAGES.map((_, j): Cell => {
        const n = counts[j] ?? 0
        return { number: String(n), note: percent(n / sum), shade: n / sum }
      }),
    ]
  })
  const caption = 'Rows: the scorer. Columns: the model. Count, share of the row'
  const table = tableHtml({ caption, head: ['Scorer', ...STAGES], rows })
  return card(
    'agreement',
    'Agreement with the scorer',
    3,
    `${paragraph(words)}<div class="grid">${table}</div>`,
  )
}
