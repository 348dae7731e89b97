import type { Problem, Result } from '../../math/result.ts'
import type { EvidenceCode, EvidenceOptions, PersonalRecord } from './personal-record.ts'

/** The first bytes of a file (after gunzip and unzip), by which readers recognise it. */
export type FileHead = {
  /** At most 64 KiB. */
  readonly bytes: Uint8Array
  /**
   * The same as text, its line ends `\n`, without byte order mark; empty when the bytes are no
   * text.
   */
  readonly text: string
  /** The bytes are all there is. */
  readonly isWhole: boolean
}

/**
 * Takes a file's parts in order. `push` gives the problem that ends the reading, or undefined;
 * after one, and after `end`, neither is called again. Neither throws, whatever the parts hold.
 */
export type EvidenceSink<Part> = {
  push(part: Part): Problem<EvidenceCode> | undefined
  end(): Result<PersonalRecord, EvidenceCode>
}

type Reader<Takes extends string, Part> = {
  /** As `PersonalRecord.format`. */
  readonly format: string
  /** The format in a few words, for the refusal of an unknown file: `Fitbit sleep JSON`. */
  readonly title: string
  /**
   * What `push` is given: `lines`, a line of text without its end; `text`, text in pieces of any
   * size; `bytes`, the same of a binary file. Text is decoded before (UTF-8, UTF-16, Windows-1252).
   */
  readonly takes: Takes
  /** Whether the content is of this format; quick, never throws. */
  recognises(head: FileHead): boolean
  open(options: EvidenceOptions): EvidenceSink<Part>
}

/** Knows one format. Readers are asked in the order of the list; the first that knows it reads. */
export type EvidenceReader =
  | Reader<'lines', string>
  | Reader<'text', string>
  | Reader<'bytes', Uint8Array>
