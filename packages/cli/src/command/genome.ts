import {
  type GenomeDocument,
  type GenomePriorOptions,
  type GenomeVariant,
  genomeDocument,
  genomePrior,
  readGenotypes,
} from '@nocturne/core/genome'
import { describeProblem } from '@nocturne/core/math'
import { byteChunks } from '../byte-chunks.ts'
import { type Arguments, type Command, type Io, UsageError } from '../command.ts'
import { fileSource } from '../file-source.ts'

const ANCESTRIES = ['EUR', 'other', 'unknown'] as const
const SEXES = ['female', 'male'] as const

/** `nocturne genome FILE`: what a consumer genotype file says of the clock, and how little. */
export const command: Command = {
  name: 'genome',
  summary: 'Read a genotype file into a prior of the clock, and say how little it is worth',
  usage: 'genome FILE [--ancestry A] [--sex S] [--person NAME]',
  example: 'nocturne genome 23andme.zip --ancestry EUR',
  positionals: [1, 1],
  options: {
    ancestry: {
      type: 'string',
      value: 'A',
      help: 'EUR, other or unknown (unknown): the effects were found in Europeans',
    },
    sex: { type: 'string', value: 'S', help: 'female or male: tau differs by .1 h' },
    person: { type: 'string', value: 'NAME', help: 'whom to read of a VCF of several people' },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const options: GenomePriorOptions = {
    ancestry: choice(args, 'ancestry', ANCESTRIES),
    sex: choice(args, 'sex', SEXES),
  }
  const source = await fileSource(args.positionals[0]!)
  try {
    const label = 'reading the genotypes'
    const read = await readGenotypes(byteChunks(source), {
      name: source.name,
      person: args.text('person'),
      onBytes: (bytes) => io.progress(label, bytes / Math.max(1, source.size)),
      cancelled: () => io.signal.aborted,
    })
    io.progress(label, 1)
    if (!read.ok) throw new UsageError(describeProblem(read.problem))
    const document = genomeDocument(read.value, genomePrior(read.value, options))
    io.out(args.flag('json') ? `${JSON.stringify(document)}\n` : page(source.name, document))
    return 0
  } finally {
    await source.close()
  }
}

function choice<Word extends string>(
  args: Arguments,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = args.text(name)
  if (text === undefined) return undefined
  const word = words.find((known) => known.toLowerCase() === text.toLowerCase())
  if (word === undefined) {
    throw new UsageError(`--${name}: got "${text}", expected one of ${words.join(', ')}`)
  }
  return word
}

function page(name: string, document: GenomeDocument): string {
  const { format, build, rows, variants, chronotypePriorMin: timing, tauPriorH: tau } = document
  const found = variants.filter(({ genotype }) => genotype !== null)
  const missing = variants.length - found.length
  const lines = [
    `${name}  ${format}, ${build ?? 'unknown build'}, ${rows} rows`,
    '',
    ...document.lines,
    '',
    `sleep timing  ${signed(timing.mean)} +- ${timing.sd.toFixed(0)} min (later is +)`,
    `tau           ${tau.mean.toFixed(2)} +- ${tau.sd.toFixed(2)} h`,
    '',
    ...(found.length === 0 ? [] : variantTable(found)),
    `${missing} of ${variants.length} variants looked for are not in the file; --json lists them`,
    ...document.warnings.map((warning) => `! ${warning}`),
  ]
  return `${lines.join('\n')}\n`
}

function variantTable(variants: readonly GenomeVariant[]): string[] {
  const rows = variants.map(({ rsid, gene, genotype, betaMin, se, effectAllele, on, why }) => [
    rsid,
    gene,
    genotype ?? '',
    betaMin === null || se === null
      ? ''
      : `${signed(betaMin)} +- ${se.toFixed(1)} min of ${ON[on ?? 'tau']} per ${effectAllele}`,
    why,
  ])
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

const ON = { chronotype: 'timing', tau: 'tau', sleepDuration: 'sleep length' }

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(1)}`
}
