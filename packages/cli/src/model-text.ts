import type { ModelCard, ModelFigure } from '@nocturne/core/sleep'

/** Widest cell of a list: a licence can be a sentence. */
const MAX_CELL = 28
const WIDTH = 78
const CAUTION =
  'An estimate, not a diagnosis. The figures are what its makers measured on the people named, and ' +
  'say little about other people, montages and devices. Weights may be bound by the terms of the ' +
  'recordings they were trained on.'

/** A table of models, one line each: name, version, licence, channels, live or not, hash. */
export function modelTable(cards: readonly ModelCard[]): string {
  return table([
    ['NAME', 'VERSION', 'READS', 'LIVE', 'LICENCE', 'SHA-256'],
    ...cards.map((card) => [
      card.name,
      card.version,
      needsText(card.needs),
      card.causal ? 'yes' : 'no',
      card.licence.split(';')[0]!,
      card.hash.slice(0, 12),
    ]),
  ])
}

/** A table of the models that can be fetched, and which of them are on the shelf already. */
export function publishedTable(
  models: readonly (ModelCard & { readonly bytes: number })[],
  shelved: ReadonlySet<string>,
): string {
  const rows = models.map(({ name, version, licence, needs, bytes, hash }) => [
    name,
    version,
    needsText(needs),
    licence,
    `${(bytes / 1e6).toFixed(1)} MB`,
    shelved.has(name) ? 'here' : '-',
    hash.slice(0, 12),
  ])
  const heads = ['NAME', 'VERSION', 'READS', 'LICENCE', 'SIZE', 'HERE', 'SHA-256']
  const rest = 'Fetch one: nocturne model get NAME. More about it: nocturne model info NAME.'
  return `${table([heads, ...rows])}\n${rest}\n`
}

/** Everything a person should know of a model before trusting it, as a page of text. */
export function modelPage(card: ModelCard, notes: readonly string[] = []): string {
  const facts = [
    ['version', card.version],
    ['licence', card.licence],
    ['sha-256', card.hash],
    ['reads', needsText(card.needs)],
    ['live', card.causal ? 'yes: it looks back only' : 'no: it looks ahead in the night'],
    ['trained on', card.trainedOn],
    ['caution', CAUTION],
    ...notes.map((note) => ['note', note]),
  ]
  const lines = facts.flatMap(([name = '', words = '']) =>
    wrapped(words, WIDTH - 12).map((line, i) => `${(i === 0 ? name : '').padEnd(12)}${line}`),
  )
  return [card.name, '', ...wrapped(card.card, WIDTH), '', ...lines, '', figures(card.figures)]
    .join('\n')
    .concat('\n')
}

function figures(list: readonly ModelFigure[]): string {
  if (list.length === 0) return 'No figures in its card.'
  const rows = list.map(({ set, people, accuracy, kappa }) => [
    set,
    String(people),
    accuracy.toFixed(3),
    kappa.toFixed(3),
  ])
  return table([['TESTED ON', 'PEOPLE', 'ACCURACY', 'KAPPA'], ...rows]).trimEnd()
}

function needsText({ eeg, eog, emg }: ModelCard['needs']): string {
  return [`${eeg} EEG`, ...(eog ? ['EOG'] : []), ...(emg ? ['EMG'] : [])].join(' + ')
}

/** Columns as wide as their widest cell, the last one free. */
function table(rows: readonly (readonly string[])[]): string {
  const last = rows[0]!.length - 1
  const short = rows.map((row) => row.map((cell, i) => (i < last ? shortened(cell) : cell)))
  const widths = short[0]!.map((_, i) => Math.max(...short.map((row) => row[i]!.length)))
  return short
    .map((row) => row.map((cell, i) => (i < last ? cell.padEnd(widths[i]! + 2) : cell)).join(''))
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}

function shortened(cell: string): string {
  return cell.length > MAX_CELL ? `${cell.slice(0, MAX_CELL - 1)}…` : cell
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line += `${line === '' ? '' : ' '}${word}`
  }
  return [...lines, line]
}
