import { fail, ok, type Problem, type Result } from '../math/result.ts'
import type { ByteChunks } from '../sleep/evidence/personal-record.ts'
import { type CallCollector, callCollector } from './call-collector.ts'
import { decideBuild } from './genome-build.ts'
import type { GenomeCode } from './genome-code.ts'
import type { GenotypeReading } from './genotype.ts'
import { otherKind } from './genotype-format.ts'
import { type RowReader, tableReader } from './genotype-table.ts'
import { lineSplitter } from './text-lines.ts'
import { type ByteSink, unpacking } from './unpack.ts'
import { vcfReader } from './vcf-reader.ts'

/** What the reader of a genotype file is told beside the bytes. */
export type GenotypeOptions = {
  /** The file's name, for messages only: recognition is by content. */
  readonly name?: string | undefined
  /** The person to read of a VCF of several, by name. */
  readonly person?: string | undefined
  /** Told the bytes read so far, for progress. */
  readonly onBytes?: ((read: number) => void) | undefined
  /** Asked between chunks: true ends the reading. */
  readonly cancelled?: (() => boolean) | undefined
}

/**
 * Reads any consumer genotype file (23andMe, AncestryDNA, FTDNA, MyHeritage, LivingDNA, CircleDNA,
 * codigo46, 23mofang, DNA.Land, Genes for Good, Mapmygenome, Sano, SelfDecode, tellmeGen, PLINK
 * text, VCF, plain tables; gzip and zip as well), streaming: of millions of rows only those of the
 * variants that are looked for are kept. Fails with one line where the content is no such file, is
 * empty, ends in its packing or is called off; never throws for what a file holds.
 */
export async function readGenotypes(
  chunks: ByteChunks,
  options: GenotypeOptions = {},
): Promise<Result<GenotypeReading, GenomeCode>> {
  const state = genotypeSink(options)
  const sink = unpacking(state.sink)
  let read = 0
  for await (const chunk of chunks) {
    if (options.cancelled?.()) {
      return fail('CANCELLED', options.name ?? 'file', 'the reading was called off', 'to go on')
    }
    const problem = sink.push(chunk)
    if (problem) return failed(problem, options)
    read += chunk.length
    options.onBytes?.(read)
  }
  const problem = sink.end()
  return problem ? failed(problem, options) : state.result()
}

function failed(
  problem: Problem<GenomeCode>,
  { name }: GenotypeOptions,
): Result<never, GenomeCode> {
  const { code, where, got, expected } = problem
  return fail(
    code,
    name === undefined || where === name ? where : `${name} ${where}`,
    got,
    expected,
  )
}

type GenotypeSink = {
  readonly sink: ByteSink
  result(): Result<GenotypeReading, GenomeCode>
}

function genotypeSink(options: GenotypeOptions): GenotypeSink {
  const calls = callCollector()
  let rows: RowReader | undefined
  let line = 0
  let problem: Problem<GenomeCode> | undefined
  const onLine = (text: string): boolean => {
    line++
    if (rows === undefined && text.trim() === '') return true
    if (rows === undefined) {
      const kind = otherKind(text)
      problem = kind === undefined ? undefined : notGenotypes(`line ${line}`, kind)
      if (problem) return false
      rows = /^##fileformat=VCF|^#CHROM\tPOS\tID/.test(text)
        ? vcfReader(calls, options.person)
        : tableReader(calls)
    }
    problem = rows.line(text, line)
    return problem === undefined
  }
  const lines = lineSplitter(onLine)
  let isFirst = true
  return {
    sink: {
      push: (bytes) => {
        if (isFirst && isBinary(bytes)) return notGenotypes('byte 0', 'a binary file')
        isFirst = false
        if (!lines.push(bytes)) {
          return fail('TOO_LARGE', `line ${line + 1}`, 'a line of megabytes', 'rows of genotypes')
            .problem
        }
        return problem
      },
      end: () => {
        lines.end()
        return problem
      },
    },
    result: () => finished(rows, calls, options),
  }
}

function finished(
  rows: RowReader | undefined,
  calls: CallCollector,
  options: GenotypeOptions,
): Result<GenotypeReading, GenomeCode> {
  const where = options.name ?? 'file'
  if (rows === undefined) return fail('EMPTY', where, 'an empty file', 'rows of genotypes')
  const end = rows.end()
  if (!end.ok) return failed(end.problem, options)
  if (calls.rows === 0) {
    const bad = calls.badRows
    const got = bad > 0 ? `${bad} rows that are no genotypes` : 'a header and no rows'
    return fail('EMPTY', where, got, 'rows of genotypes')
  }
  const { build, warning } = decideBuild(calls.buildEvidence)
  const warnings = [...end.value.warnings, ...(warning === undefined ? [] : [warning])]
  if (calls.badRows > 0) warnings.push(`${calls.badRows} rows could not be read`)
  const { rows: count, noCalls } = calls
  return ok({ format: end.value.format, build, rows: count, noCalls, calls: calls.calls, warnings })
}

function notGenotypes(where: string, got: string): Problem<GenomeCode> {
  return fail('UNKNOWN_FORMAT', where, got, 'a genotype file (23andMe, AncestryDNA, VCF ...)')
    .problem
}

/** NUL bytes are in UTF-16, every other one, and in no other text. */
function isBinary(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 4096)
  if (!head.includes(0)) return false
  const zeros = [0, 0]
  for (const [i, byte] of head.entries()) if (byte === 0) zeros[i & 1]!++
  const half = head.length / 2
  const most = Math.max(zeros[0]!, zeros[1]!)
  return most < half * 0.5 || Math.min(zeros[0]!, zeros[1]!) > 0
}
