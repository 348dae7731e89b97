import { Unzip, type UnzipFile, UnzipInflate } from 'fflate'
import { fail, ok, type Problem, type Result } from '../../math/result.ts'
import type { EvidenceSink } from '../evidence/evidence-reader.ts'
import type { EvidenceCode, EvidenceOptions, PersonalRecord } from '../evidence/personal-record.ts'
import { INFLATE_PIECE_BYTES, inflateProblem } from './inflate-limit.ts'
import { fileRecord } from './merge-records.ts'
import { workbookPart, workbookText } from './workbook.ts'

/** Files in one archive: an account export has a few thousand. */
const MAX_ENTRIES = 50_000
/** Bytes of a workbook's parts, inflated. */
const MAX_WORKBOOK_BYTES = 64 * 1024 * 1024
/** Names told of an archive in which nothing is known. */
const MAX_NAMES = 4

const A_WORKBOOK = 'a workbook whose first sheet is no table of sleeps'

type Sink = EvidenceSink<Uint8Array>

/** A piece of a file inside, on its way to its taker. */
type Inflated = {
  readonly take: (bytes: Uint8Array, isFinal: boolean) => void
  readonly bytes: Uint8Array
  readonly isFinal: boolean
}

/**
 * Reads a zip as it streams by: every file in it that a reader knows, the rest inflated and thrown
 * away. A workbook (.xlsx) is read as the text of its first sheet. What its files say becomes one
 * record.
 */
export class ArchiveSink implements Sink {
  private readonly open: (name: string) => Sink
  private readonly where: string
  private readonly unzip: Unzip
  private readonly found: PersonalRecord[] = []
  private readonly names: string[] = []
  private readonly workbook = new Map<string, Uint8Array[]>()
  // Handed on after the inflating, so that its errors are not taken for those of a reader.
  private readonly inflated: Inflated[] = []
  private problem: Problem<EvidenceCode> | undefined
  /** What was wrong with a file inside that is known. */
  private broken: Problem<EvidenceCode> | undefined
  private nEntries = 0
  private nInflated = 0
  private nWorkbook = 0

  /** `open` begins the reading of a file inside. */
  constructor(open: (name: string) => Sink, options: EvidenceOptions) {
    this.open = open
    this.where = options.name ?? 'archive'
    this.unzip = new Unzip((file) => this.entry(file))
    this.unzip.register(UnzipInflate)
  }

  push(chunk: Uint8Array): Problem<EvidenceCode> | undefined {
    for (let at = 0; at < chunk.length; at += INFLATE_PIECE_BYTES) {
      // A copy: what is not inflated yet is held by reference.
      const problem = this.take(chunk.slice(at, at + INFLATE_PIECE_BYTES), false)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  end(): Result<PersonalRecord, EvidenceCode> {
    const ended = this.take(new Uint8Array(0), true)
    if (ended !== undefined) return { ok: false, problem: ended }
    if (this.workbook.size > 0) this.settle(this.workbookRecord())
    const [first, ...rest] = this.found
    const { broken, where } = this
    const names = this.workbook.size > 0 ? [A_WORKBOOK] : this.names
    if (first === undefined) {
      return broken === undefined ? unknown(where, names) : { ok: false, problem: broken }
    }
    const whole = fileRecord([first, ...rest])
    if (broken === undefined || broken.code === 'EMPTY') return ok(whole)
    return ok({ ...whole, warnings: [`${broken.where}: got ${broken.got}`, ...whole.warnings] })
  }

  private take(piece: Uint8Array, isLast: boolean): Problem<EvidenceCode> | undefined {
    let broken: Problem<EvidenceCode> | undefined
    try {
      this.unzip.push(piece, isLast)
    } catch {
      broken = isLast ? truncated(this.where) : brokenZip(this.where)
    }
    for (const { take, bytes, isFinal } of this.inflated.splice(0)) take(bytes, isFinal)
    this.problem ??= inflateProblem(this.nInflated, this.where) ?? broken
    return this.problem
  }

  private entry(file: UnzipFile): void {
    const take = entryTaker(
      () => this.sinkOf(file.name),
      (result) => this.settle(result),
    )
    this.nEntries++
    if (this.nEntries > MAX_ENTRIES) this.problem ??= tooMany(this.where)
    const { names } = this
    if (!file.name.endsWith('/') && names.length < MAX_NAMES) names.push(file.name.slice(0, 60))
    file.ondata = (error, bytes, isFinal) => {
      if (error !== null) this.problem ??= brokenZip(this.where)
      if (this.problem !== undefined) return
      this.nInflated += bytes.length
      this.inflated.push({ take, bytes, isFinal })
    }
    if (this.problem === undefined) file.start()
  }

  private sinkOf(name: string): Sink {
    const part = workbookPart(name)
    if (part === undefined) return this.open(`${this.where}: ${name.slice(0, 80)}`)
    const pieces: Uint8Array[] = []
    this.workbook.set(part, pieces)
    return {
      push: (bytes) => {
        pieces.push(bytes)
        this.nWorkbook += bytes.length
        if (this.nWorkbook <= MAX_WORKBOOK_BYTES) return undefined
        const most = `at most ${MAX_WORKBOOK_BYTES} bytes`
        return fail('TOO_LARGE', this.where, 'a larger workbook', most).problem
      },
      // A part says nothing by itself: the sheet is read at the end.
      end: () => fail('UNKNOWN_FORMAT', name, 'a part of a workbook', 'the whole'),
    }
  }

  private settle(result: Result<PersonalRecord, EvidenceCode>): void {
    if (result.ok) this.found.push(result.value)
    else if (result.problem.code !== 'UNKNOWN_FORMAT') {
      // What is wrong with a known file matters more than an empty one.
      const isWorse = this.broken?.code === 'EMPTY' && result.problem.code !== 'EMPTY'
      if (this.broken === undefined || isWorse) this.broken = result.problem
    }
  }

  private workbookRecord(): Result<PersonalRecord, EvidenceCode> {
    const text = workbookText(this.workbook)
    if (text === undefined) {
      return fail('BAD_FIELD', this.where, 'a workbook without a sheet', 'a table')
    }
    const sink = this.open(this.where)
    const problem = sink.push(text)
    return problem === undefined ? sink.end() : { ok: false, problem }
  }
}

/** Hands an entry's bytes to its sink until that has had enough, and its result on. */
function entryTaker(
  begin: () => Sink,
  settle: (result: Result<PersonalRecord, EvidenceCode>) => void,
): (bytes: Uint8Array, isFinal: boolean) => void {
  let sink: Sink | undefined
  let isOver = false
  return (bytes, isFinal) => {
    if (isOver) return
    // A folder, or an empty file, is nothing to speak of.
    if (sink === undefined && bytes.length === 0) return
    sink ??= begin()
    const problem = bytes.length > 0 ? sink.push(bytes) : undefined
    isOver = problem !== undefined || isFinal
    if (problem !== undefined) settle({ ok: false, problem })
    else if (isFinal) settle(sink.end())
  }
}

function unknown(where: string, names: readonly string[]): Result<PersonalRecord, EvidenceCode> {
  const got = `an archive of ${names.length === 0 ? 'no files' : names.join(', ')}`
  return fail('UNKNOWN_FORMAT', where, got, 'an export with a file that is understood')
}

function truncated(where: string): Problem<EvidenceCode> {
  return fail('TRUNCATED', where, 'a zip without an end', 'a whole .zip file').problem
}

function brokenZip(where: string): Problem<EvidenceCode> {
  return fail('BAD_FIELD', where, 'broken zip data', 'a whole .zip file').problem
}

function tooMany(where: string): Problem<EvidenceCode> {
  return fail('TOO_LARGE', where, 'an archive of more files', `at most ${MAX_ENTRIES}`).problem
}
