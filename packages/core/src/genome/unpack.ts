import { Gunzip, Unzip, type UnzipFile, UnzipInflate } from 'fflate'
import { fail, type Problem } from '../math/result.ts'
import type { GenomeCode } from './genome-code.ts'
import { inflatedCheck, statedInDirectory, streamTail, wordAt } from './packing-check.ts'

/** Takes a file's bytes in order; gives the problem that ends the reading, or undefined. */
export type ByteSink = {
  push(bytes: Uint8Array): Problem<GenomeCode> | undefined
  end(): Problem<GenomeCode> | undefined
}

/** Packed bytes opened at once: a thousand times as much can come out of them. */
const PACKED_PIECE_BYTES = 16_384

/** Bytes by which a packing is recognised; a shorter file is taken as it is. */
const HEAD_BYTES = 8

/** Its CRC and its length end a gzip member. */
const GZIP_TRAILER_BYTES = 8
/** The end of a zip in which its directory is looked for: some hundred files. */
const ZIP_DIRECTORY_BYTES = 65_536

/** Packings inside packings: a zip that holds a .vcf.gz. */
const MAX_DEPTH = 2

/**
 * A sink that opens gzip (also of many members, as bgzip writes them) and zip (its first file of
 * genotypes) on the way, and hands on plain bytes, the first time at least 8 of them.
 */
export function unpacking(sink: ByteSink, depth = 0): ByteSink {
  let head: Uint8Array = new Uint8Array(0)
  let opened: ByteSink | undefined
  const open = (): ByteSink => {
    if (depth < MAX_DEPTH && head[0] === 0x1f && head[1] === 0x8b) return gunzipping(sink, depth)
    if (depth < MAX_DEPTH && isZip(head)) return unzipping(sink, depth)
    return sink
  }
  return {
    push: (bytes) => {
      if (opened) return opened.push(bytes)
      head = joined(head, bytes)
      if (head.length < HEAD_BYTES) return undefined
      opened = open()
      return opened.push(head)
    },
    end: () => {
      if (opened) return opened.end()
      return (head.length > 0 ? sink.push(head) : undefined) ?? sink.end()
    },
  }
}

function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

function gunzipping(sink: ByteSink, depth: number): ByteSink {
  const inner = unpacking(sink, depth + 1)
  const check = inflatedCheck('gzip')
  const tail = streamTail(GZIP_TRAILER_BYTES)
  let problem: Problem<GenomeCode> | undefined
  let hasMore = false
  const gunzip = new Gunzip((bytes) => {
    problem ??= check.take(bytes) ?? inner.push(bytes)
  })
  // Told of every member but the first.
  gunzip.onmember = () => {
    hasMore = true
  }
  const inPieces = piecewise((bytes, final) => gunzip.push(bytes, final), 'gzip')
  return {
    push: (bytes) => {
      tail.take(bytes)
      return problem ?? inPieces(bytes, false, () => problem)
    },
    end: () => {
      const last = problem ?? inPieces(new Uint8Array(0), true, () => problem)
      // Of several members only the last could be checked: its bytes are not told apart.
      const stated = hasMore ? undefined : wordAt(tail.bytes(), 0)
      return last ?? check.compare(stated) ?? inner.end()
    },
  }
}

/** Names in a zip that are no genotypes. */
const BESIDES = /(^|\/)(__MACOSX|\.)|readme|licen[cs]e|\.(pdf|html?|docx?|png|jpe?g|json|xml)$|\/$/i

function unzipping(sink: ByteSink, depth: number): ByteSink {
  const inner = unpacking(sink, depth + 1)
  const check = inflatedCheck('zip')
  const tail = streamTail(ZIP_DIRECTORY_BYTES)
  let problem: Problem<GenomeCode> | undefined
  let isWhole = false
  let chosen = ''
  const onFile = (file: UnzipFile): void => {
    if (chosen !== '' || BESIDES.test(file.name)) return
    chosen = file.name
    file.ondata = (error, bytes, final) => {
      if (error) problem ??= broken('zip', error.message)
      else problem ??= check.take(bytes) ?? inner.push(bytes)
      isWhole ||= final
    }
    file.start()
  }
  const unzip = new Unzip(onFile)
  unzip.register(UnzipInflate)
  const inPieces = piecewise((bytes, final) => unzip.push(bytes, final), 'zip')
  return {
    push: (bytes) => {
      tail.take(bytes)
      return problem ?? inPieces(bytes, false, () => problem)
    },
    end: () => {
      const last = problem ?? inPieces(new Uint8Array(0), true, () => problem)
      if (last) return last
      if (chosen === '') return fail('EMPTY', 'zip', 'no text inside', 'a genotype file').problem
      if (!isWhole) return broken('zip', `the end in the middle of ${chosen}`)
      return check.compare(statedInDirectory(tail.bytes(), chosen)) ?? inner.end()
    },
  }
}

type Piecewise = (
  bytes: Uint8Array,
  final: boolean,
  stopped: () => Problem<GenomeCode> | undefined,
) => Problem<GenomeCode> | undefined

/** The library throws where a packing is broken; here that is a value. */
function piecewise(push: (bytes: Uint8Array, final: boolean) => void, what: string): Piecewise {
  return (bytes, final, stopped) => {
    try {
      for (let at = 0; at < bytes.length; at += PACKED_PIECE_BYTES) {
        push(bytes.slice(at, at + PACKED_PIECE_BYTES), false)
        const problem = stopped()
        if (problem) return problem
      }
      if (final) push(new Uint8Array(0), true)
    } catch (error) {
      return broken(what, error instanceof Error ? error.message : String(error))
    }
    return stopped()
  }
}

function broken(what: string, got: string): Problem<GenomeCode> {
  return fail('TRUNCATED', what, got, `a whole ${what} file`).problem
}
