/** One signal of a made-up EDF file: header texts as they will stand, and digital samples. */
export type MadeSignal = {
  readonly label?: string
  readonly unit?: string
  readonly limits?: readonly [pmin: string, pmax: string, dmin: string, dmax: string]
  readonly samplesPerRecord?: string
  /** Digital values, all records one after the other; or the annotation bytes of each record. */
  readonly data: readonly number[] | readonly string[]
}

/** Header texts of a made-up file that differ from the good ones. */
export type MadeHeader = {
  readonly version?: string
  readonly patient?: string
  readonly recording?: string
  readonly date?: string
  readonly time?: string
  readonly headerBytes?: string
  readonly reserved?: string
  readonly records?: string
  readonly duration?: string
  readonly count?: string
}

/** Bytes of an EDF (or, by its version, BDF) file put together by hand, right or wrong as asked. */
export function edfBytes(
  header: MadeHeader,
  signals: readonly MadeSignal[],
  records: number,
): Uint8Array {
  const width = header.version?.includes('BIOSEMI') ? 3 : 2
  const body = signals.map((signal) => recordParts(signal.data, records, width))
  const samples = body.map((parts) => (parts[0]?.length ?? 0) / width)
  const column = (texts: readonly string[], size: number): string =>
    texts.map((text) => text.padEnd(size).slice(0, size)).join('')
  const limits = (i: number): string[] =>
    signals.map((signal) => (signal.limits ?? ['-100', '100', '-1000', '1000'])[i]!)
  const text = [
    column([header.version ?? '0'], 8),
    column([header.patient ?? 'X X X X'], 80),
    column([header.recording ?? 'Startdate 02-MAR-2024 X X X'], 80),
    column([header.date ?? '02.03.24'], 8),
    column([header.time ?? '22.15.30'], 8),
    column([header.headerBytes ?? String(256 * (signals.length + 1))], 8),
    column([header.reserved ?? ''], 44),
    column([header.records ?? String(records)], 8),
    column([header.duration ?? '1'], 8),
    column([header.count ?? String(signals.length)], 4),
    column(
      signals.map((signal, i) => signal.label ?? `EEG ${i + 1}`),
      16,
    ),
    column(
      signals.map(() => ''),
      80,
    ),
    column(
      signals.map((signal) => signal.unit ?? 'uV'),
      8,
    ),
    ...[0, 1, 2, 3].map((i) => column(limits(i), 8)),
    column(
      signals.map(() => ''),
      80,
    ),
    column(
      signals.map((signal, i) => signal.samplesPerRecord ?? String(samples[i])),
      8,
    ),
    column(
      signals.map(() => ''),
      32,
    ),
  ].join('')
  const head = Uint8Array.from(text, (character) => character.charCodeAt(0))
  const all: number[] = [...head]
  for (let r = 0; r < records; r++) for (const parts of body) all.push(...parts[r]!)
  return Uint8Array.from(all)
}

/**
 * The annotation signal of a made-up file: the lists of each record, `\x14\0` and the like spelt
 * out.
 */
export function madeAnnotations(records: readonly string[], family = 'EDF'): MadeSignal {
  return {
    label: `${family} Annotations`,
    unit: '',
    limits: ['-1', '1', '-32768', '32767'],
    data: records,
  }
}

function recordParts(
  data: readonly number[] | readonly string[],
  records: number,
  width: number,
): number[][] {
  if (typeof data[0] === 'string') {
    const lists = (data as readonly string[]).map((text) => [...new TextEncoder().encode(text)])
    const longest = Math.max(...lists.map((list) => list.length))
    const size = Math.ceil(longest / width) * width
    return lists.map((list) => [...list, ...new Array<number>(size - list.length).fill(0)])
  }
  const each = data.length / records
  return Array.from({ length: records }, (_, r) =>
    (data as readonly number[])
      .slice(r * each, (r + 1) * each)
      .flatMap((value) => Array.from({ length: width }, (_, byte) => (value >> (8 * byte)) & 0xff)),
  )
}
