import { Unzip, UnzipInflate } from 'fflate'
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

type Sink = EvidenceSink<Uint8Array>

/**
 * Reads a zip as it streams by: every file in it that a reader knows, the rest inflated and thrown
 * away. A workbook (.xlsx) is read as the text of its first sheet. What its files say becomes one
 * record. `open` begins the reading of a file inside.
 */
export function archiveSink(open: (name: string) => Sink, options: EvidenceOptions): Sink {
  const where = options.name ?? 'archive'
  const found: PersonalRecord[] = []
  const names: string[] = []
  const parts = new Map<string, Uint8Array[]>()
  let broken: Problem<EvidenceCode> | undefined
  let problem: Problem<EvidenceCode> | undefined
  let [nEntries, nInflated, nWorkbook] = [0, 0, 0]
  const settle = (result: Result<PersonalRecord, EvidenceCode>): void => {
    if (result.ok) found.push(result.value)
    else if (result.problem.code === 'EMPTY') broken ??= result.problem
    else if (result.problem.code !== 'UNKNOWN_FORMAT') {
      // What is wrong with a known file matters more than an empty one.
      if (broken === undefined || broken.code === 'EMPTY') broken = result.problem
    }
  }
  const unzip = new Unzip((file) => {
    const take = entryTaker(() => {
      const part = workbookPart(file.name)
      if (part === undefined) return open(`${where}: ${file.name.slice(0, 80)}`)
      const pieces: Uint8Array[] = []
      parts.set(part, pieces)
      return keeper(pieces, where, (size) => {
        nWorkbook += size
        return nWorkbook <= MAX_WORKBOOK_BYTES
      })
    }, settle)
    nEntries++
    if (nEntries > MAX_ENTRIES) problem ??= tooMany(where)
    if (!file.name.endsWith('/') && names.length < MAX_NAMES) names.push(file.name.slice(0, 60))
    file.ondata = (error, bytes, isFinal) => {
      if (error !== null) problem ??= brokenZip(where)
      nInflated += bytes?.length ?? 0
      problem ??= inflateProblem(nInflated, where)
      if (problem === undefined) take(bytes, isFinal)
    }
    if (problem === undefined) file.start()
  })
  unzip.register(UnzipInflate)
  const push = (piece: Uint8Array, isFinal: boolean): Problem<EvidenceCode> | undefined => {
    try {
      unzip.push(piece, isFinal)
    } catch {
      problem ??= isFinal ? truncated(where) : brokenZip(where)
    }
    return problem
  }
  return {
    push(chunk) {
      for (let at = 0; at < chunk.length && problem === undefined; at += INFLATE_PIECE_BYTES) {
        // A copy: what is not inflated yet is held by reference.
        push(chunk.slice(at, at + INFLATE_PIECE_BYTES), false)
      }
      return problem
    },
    end() {
      const ended = push(new Uint8Array(0), true)
      if (ended !== undefined) return { ok: false, problem: ended }
      if (parts.size > 0) settle(workbookRecord(parts, open, where))
      const [first, ...rest] = found
      if (first === undefined) return broken === undefined ? unknown(where, names) : lost(broken)
      const whole = fileRecord([first, ...rest])
      return ok(
        broken === undefined || broken.code === 'EMPTY'
          ? whole
          : { ...whole, warnings: [`${broken.where}: got ${broken.got}`, ...whole.warnings] },
      )
    },
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
    sink ??= begin()
    const problem = bytes?.length > 0 ? sink.push(bytes) : undefined
    isOver = problem !== undefined || isFinal
    if (problem !== undefined) settle({ ok: false, problem })
    else if (isFinal) settle(sink.end())
  }
}

/** Keeps a workbook's part, and counts as empty by itself. */
function keeper(pieces: Uint8Array[], where: string, fits: (size: number) => boolean): Sink {
  return {
    push(bytes) {
      pieces.push(bytes.slice())
      if (fits(bytes.length)) return undefined
      return fail('TOO_LARGE', where, 'a larger workbook', `${MAX_WORKBOOK_BYTES} bytes`).problem
    },
    end: () => fail('UNKNOWN_FORMAT', where, 'a part of a workbook', 'the whole'),
  }
}

function workbookRecord(
  parts: ReadonlyMap<string, readonly Uint8Array[]>,
  open: (name: string) => Sink,
  where: string,
): Result<PersonalRecord, EvidenceCode> {
  const text = workbookText(parts)
  if (text === undefined) return fail('BAD_FIELD', where, 'a workbook without a sheet', 'a table')
  const sink = open(where)
  const problem = sink.push(text)
  return problem === undefined ? sink.end() : { ok: false, problem }
}

function lost(problem: Problem<EvidenceCode>): Result<PersonalRecord, EvidenceCode> {
  return { ok: false, problem }
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
