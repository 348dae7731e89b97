import { describeProblem } from '@nocturne/core/math'
import { type Annotation, type EdfFile, type EdfHeader, openEdf } from '@nocturne/core/signal'
import { type Arguments, type Command, type Io, UsageError } from '../command.ts'
import { type FileSource, fileSource } from '../file-source.ts'
import { readPersonalFile } from '../personal-files.ts'
import { personalDocument, personalPage } from '../personal-summary.ts'

/** Physical values shown of each channel. */
const FIRST_VALUES = 5

/** Lines of the page that a person gets for a file with very many annotations or gaps. */
const MOST_LINES = 12

/** `nocturne read FILE`: what is in a recording, a diary, a watch's export or a logger's file. */
export const command: Command = {
  name: 'read',
  summary: 'Say what is in an EDF or BDF file, a diary, a watch’s export or a light logger’s file',
  usage: 'read FILE [--zone ZONE] [--json]',
  example: 'nocturne read night.edf',
  options: {
    zone: { type: 'string', value: 'ZONE', help: 'of clocks that name none: Europe/Berlin' },
  },
  positionals: [1, 1],
  run: async (args, io) => {
    const source = await fileSource(args.positionals[0]!)
    try {
      const opened = await openEdf(source, { anyGap: true })
      if (!opened.ok && !(await beginsLikeEdf(source))) return await readPersonal(args, io)
      if (!opened.ok) throw new UsageError(`${source.name}: ${describeProblem(opened.problem)}`)
      const document = await readDocument(opened.value)
      if (args.flag('json')) io.out(`${JSON.stringify(document)}\n`)
      else io.out(page(source.name, source.size, opened.value.header, document))
      return 0
    } finally {
      await source.close()
    }
  },
}

/** EDF begins with the version 0 and blanks, BDF with 255 and its name. */
async function beginsLikeEdf(source: FileSource): Promise<boolean> {
  const start = String.fromCharCode(...(await source.read(0, 8)))
  return start === '0       ' || start === '\xffBIOSEMI'
}

async function readPersonal(args: Arguments, io: Io): Promise<number> {
  const path = args.positionals[0]!
  const document = personalDocument(await readPersonalFile(path, args.text('zone'), io))
  io.out(args.flag('json') ? `${JSON.stringify(document)}\n` : personalPage(path, document))
  return 0
}

/** One channel of `ReadDocument`: units, limits and values as the file has them. */
type ReadChannel = {
  readonly label: string
  readonly unit: string
  readonly rateHz: number
  readonly nSamples: number
  readonly physicalMin: number
  readonly physicalMax: number
  readonly digitalMin: number
  readonly digitalMax: number
  readonly first: readonly number[]
}

/** The document of `nocturne read --json` (DESIGN §3). */
type ReadDocument = {
  readonly format: EdfHeader['format']
  readonly startTime?: string
  readonly durationS: number
  readonly records: number
  readonly recordDurationS: number
  readonly continuous: boolean
  readonly channels: readonly ReadChannel[]
  readonly annotations: readonly Annotation[]
  readonly warnings: readonly string[]
}

async function readDocument(file: EdfFile): Promise<ReadDocument> {
  const { format, startTime, durationS, records, recordDurationS, continuous } = file.header
  const channels: ReadChannel[] = []
  for (const [index, signal] of file.header.signals.entries()) {
    const { label, unit, rateHz, nSamples, gain, offset } = signal
    const { physicalMin, physicalMax, digitalMin, digitalMax } = signal
    const digital = await file.readDigital(index, 0, FIRST_VALUES)
    const first = Array.from(digital, (value) => value * gain + offset)
    const limits = { physicalMin, physicalMax, digitalMin, digitalMax }
    channels.push({ label, unit, rateHz, nSamples, ...limits, first })
  }
  const annotations = await file.annotations()
  return {
    format,
    ...(startTime === undefined ? {} : { startTime }),
    durationS,
    records,
    recordDurationS,
    continuous,
    channels,
    annotations,
    warnings: file.warnings,
  }
}

function page(name: string, size: number, header: EdfHeader, document: ReadDocument): string {
  const { format, startTime, durationS, records, recordDurationS } = document
  const lines = [
    `${name}  ${format}, ${megabytes(size)}`,
    '',
    `start     ${startTime?.replace('T', ' ') ?? 'unknown'}`,
    `duration  ${clock(durationS)} (${count(records, 'record')} of ${number(recordDurationS)} s)`,
  ]
  if (header.patient !== '') lines.push(`patient   ${header.patient}`)
  if (header.recording !== '') lines.push(`recording ${header.recording}`)
  lines.push('', ...channelTable(document.channels))
  lines.push(...gapLines(header), ...annotationLines(document.annotations))
  if (document.warnings.length > 0) {
    lines.push('', `${count(document.warnings.length, 'warning')}`)
    lines.push(...document.warnings.map((warning) => `  ! ${warning}`))
  }
  return `${lines.join('\n')}\n`
}

function channelTable(channels: readonly ReadChannel[]): string[] {
  if (channels.length === 0) return ['no signals']
  const rows = channels.map((channel, index) => [
    String(index + 1),
    channel.label,
    `${number(channel.rateHz)} Hz`,
    String(channel.nSamples),
    `${number(channel.physicalMin)} .. ${number(channel.physicalMax)}`,
    channel.unit,
    channel.first.slice(0, 3).map(number).join('  '),
  ])
  const head = ['', 'channel', 'rate', 'samples', 'range', 'unit', 'first values']
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => [...row[column]!].length)),
  )
  const isNumeric = (column: number): boolean => [0, 2, 3].includes(column)
  return [head, ...rows].map((row) =>
    row
      .map((text, column) =>
        isNumeric(column) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  )
}

function gapLines(header: EdfHeader): string[] {
  if (header.continuous) return []
  const gaps = header.segments.slice(1).map((segment, i) => {
    const before = header.segments[i]!
    const startS = before.startS + before.durationS
    return { startS, durationS: segment.startS - startS }
  })
  const total = gaps.reduce((sum, gap) => sum + gap.durationS, 0)
  const shown = gaps.slice(0, MOST_LINES).map(({ startS, durationS }) => {
    return `  at ${clock(startS)} for ${number(durationS)} s`
  })
  const title = `${count(gaps.length, 'gap')}, ${number(total)} s in all`
  return ['', title, ...shown, ...andMore(gaps.length)]
}

function annotationLines(annotations: readonly Annotation[]): string[] {
  if (annotations.length === 0) return ['', 'no annotations']
  const groups = new Map<string, { times: number; firstS: number }>()
  for (const { text, onsetS } of annotations) {
    const group = groups.get(text)
    if (group) group.times++
    else groups.set(text, { times: 1, firstS: onsetS })
  }
  const sorted = [...groups].sort(([, a], [, b]) => b.times - a.times)
  const shown = sorted.slice(0, MOST_LINES).map(([text, { times, firstS }]) => {
    const label = text.replace(/\s+/g, ' ').slice(0, 60)
    return `  ${String(times).padStart(6)} x ${label}  (first at ${clock(firstS)})`
  })
  return ['', count(annotations.length, 'annotation'), ...shown, ...andMore(sorted.length)]
}

function andMore(total: number): string[] {
  return total > MOST_LINES ? [`  and ${total - MOST_LINES} more`] : []
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}

function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : 'unknown'
}

function clock(seconds: number): string {
  const ms = Math.round(Math.abs(seconds) * 1000)
  const pad = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(ms / 3_600_000)
  const rest = ms % 1000 === 0 ? '' : `.${String(ms % 1000).padStart(3, '0')}`
  const text = `${hours}:${pad(Math.floor(ms / 60_000) % 60)}:${pad(Math.floor(ms / 1000) % 60)}${rest}`
  return seconds < 0 ? `-${text}` : text
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`
}
