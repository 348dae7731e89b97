import { durationText, escapeMarkup } from '../../figure/index.ts'
import { chooseChannels } from '../night/channel-choice.ts'
import type { Night } from '../night/night.ts'
import { explanationHtml } from './explanation.ts'
import { type Cell, card, definitions, list, paragraph, tableHtml } from './html.ts'
import { fixed, nightMin, percent } from './words.ts'

/** What the report knows of how it was made. */
export type Provenance = {
  /** Version of Nocturne, for the citation. */
  readonly version?: string
  /**
   * The words of the command that made this report; when unknown, those of a plain one, which
   * names a channel only where the rule would not have chosen it first.
   */
  readonly command?: readonly string[]
}

/** Below this an epoch's signal counts as poor. */
const POOR = 0.5

/**
 * The end of the report: quality and warnings, method, model card, how to cite and to run it again.
 */
export function methodPart(night: Night, provenance: Provenance): string {
  return [
    card('quality', 'Recording and quality', 3, quality(night)),
    '<div class="pair">',
    card('method', 'Method', 3, method(night) + explanationHtml(night)),
    card('model', 'The model', 3, model(night)),
    '</div>',
    card('again', 'Cite and run again', 3, again(night, provenance)),
  ].join('')
}

function quality(night: Night): string {
  const { recording, warnings } = night
  const poor = night.quality.filter((q) => !(q >= POOR)).length
  const rows = recording.channels.map((channel): Cell[] => [
    channel.label,
    channel.unit || '–',
    { number: `${Math.round(channel.rateHz * 1000) / 1000} Hz` },
    usedFor(night, channel.label),
  ])
  const facts = definitions([
    ['File', recording.file],
    ['Start', recording.startTime?.replace('T', ' ') ?? 'not in the file'],
    ['Length', durationText(recording.durationS / 60)],
    [
      'Staged',
      `${durationText(nightMin(night))}, ${night.stages.length} epochs of ${night.epochS} s`,
    ],
    ['Poor signal', `${percent(poor / Math.max(1, night.quality.length))} of epochs`],
  ])
  const notes = warnings.length
    ? `<h4>Warnings</h4>${list(warnings)}`
    : paragraph('No warnings about the file or the signal.')
  const head = ['Channel', 'Unit', 'Rate', 'Main channel for']
  return (
    facts +
    notes +
    tableHtml({
      caption: 'Channels of the recording, the main one of each kind marked',
      head,
      rows,
    })
  )
}

function usedFor({ recording: { used } }: Night, label: string): string {
  const uses = [
    used.eeg === label ? 'stages, spindles, slow waves' : '',
    used.eog === label ? 'eye movements, stages' : '',
    used.emg === label ? 'stages, arousals' : '',
  ]
  return uses.filter((use) => use !== '').join(', ')
}

function method(night: Night): string {
  const { model } = night
  const causal = model.causal ? 'only the signal up to that moment' : 'the whole recording'
  return list([
    `Stages are estimates: for every epoch of ${night.epochS} s the model gives the probabilities of W, N1, N2, N3 and R from ${causal}. The stage shown is the most probable one; nothing was smoothed.`,
    'An epoch is called unsure where the probabilities are so mixed that human experts would probably disagree.',
    'That two experts agree on about 79 of 100 epochs is the mean over all pairs of five experts who scored 25 healthy people (Dreem Open Dataset Healthy; Guillot et al. 2020).',
    'Statistics follow the AASM Manual: REM latency counts from sleep onset; epochs without a stage count as neither sleep nor wake.',
    'Spindles, slow waves, eye movements, arousals and movements are found by rules, in the stages where they belong, and were not checked by eye.',
    'Everything was computed where the file is; Nocturne sends no signal anywhere.',
  ])
}

function model({ model: card }: Night): string {
  const facts = definitions([
    ['Name', `${card.name} ${card.version}`],
    ['Hash', card.hash],
    ['Licence', card.licence],
    ['Trained on', card.trainedOn],
    ['Sees the future', card.causal ? 'no, could run live' : 'yes, for finished recordings'],
  ])
  const rows = card.figures.map((figure): Cell[] => [
    figure.set,
    { number: String(figure.people) },
    { number: percent(figure.accuracy) },
    { number: fixed(figure.kappa, 2) },
  ])
  const head = ['Test set', 'People', 'Accuracy', 'Kappa']
  const table = rows.length
    ? tableHtml({ caption: 'How it did on people it had not seen', head, rows })
    : ''
  return facts + paragraph(card.card) + table
}

function again(night: Night, { version, command }: Provenance): string {
  const name = `Nocturne${version ? ` ${version}` : ''}`
  const { model, recording } = night
  const line = (command ?? commandOf(night)).map(quoted).join(' ')
  return (
    paragraph(
      `To cite: stages estimated with ${name}, model ${model.name} ${model.version} (hash ${model.hash}), from ${recording.used.eeg}.`,
    ) +
    paragraph('The same file, model and version give the same report, byte for byte:') +
    `<pre><code>${escapeMarkup(line)}</code></pre>` +
    paragraph('Not a medical device. For research, teaching and curiosity.', 'muted')
  )
}

function commandOf({ recording: { file, used, channels }, model }: Night): string[] {
  const { picks } = chooseChannels(channels)
  const named = (['eeg', 'eog', 'emg'] as const).flatMap((kind) =>
    used[kind] === picks[kind][0]?.label ? [] : [`--${kind}`, used[kind] ?? 'none'],
  )
  return ['nocturne', 'night', file, ...named, '--model', model.name, '--out', 'report']
}

/** A word for a POSIX shell: in single quotes unless it is plain. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`
}
