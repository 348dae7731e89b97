import { fail, ok } from '../../math/result.ts'
import { type ByteSource, bytesSource } from '../../signal/source.ts'
import { isEdf, readEdfHypnogram } from './edf-file.ts'
import type { HypnogramFileOptions, Reading } from './file.ts'
import { hypnogramS } from './hypnogram.ts'
import { readJsonFile } from './json-file.ts'
import { commentOf, readLineFile } from './line-file.ts'
import { isLunaFile, readLunaFile } from './luna-file.ts'
import { headingLine, readRemlogicFile } from './remlogic-file.ts'
import { stageOfWord } from './stage-code.ts'
import { splitTable, tableWidth } from './table.ts'
import { readTableFile } from './table-file.ts'
import { decodeText, isBinary, splitLines } from './text.ts'
import { readXmlFile } from './xml-file.ts'

/** Hours beyond which the length of an epoch is doubted. */
const LONG_H = 48

/** Largest text file that is read, bytes: a night of one-second epochs in JSON is under 1 MB. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024

/**
 * Reads a hypnogram from the bytes of a file. What it is shows in its contents, not in its name:
 * EDF+ and BDF+ annotations; JSON (Dreem lists, night.json, YASA); XML (NSRR, Profusion); RemLogic
 * exports; Luna `.annot`; tables of onsets, durations or epoch numbers; one stage per line (YASA,
 * `.eannot`, DREAMS). R&K stages 3 and 4 become N3, movement and artefact `?`. Decisions are in
 * `warnings`; a refusal names the line, what it holds and what was expected. `fileName` is used in
 * messages only.
 */
export async function readHypnogram(
  bytes: Uint8Array,
  fileName: string,
  options: HypnogramFileOptions = {},
): Promise<Reading> {
  return readHypnogramSource(bytesSource(bytes, fileName), options)
}

/**
 * As `readHypnogram`, from a source: of an EDF recording only what is needed is read, a text is
 * read whole and may have 64 MB. Rejects when the medium fails while a text is read.
 */
export async function readHypnogramSource(
  source: ByteSource,
  options: HypnogramFileOptions = {},
): Promise<Reading> {
  if (isEdf(await source.read(0, Math.min(8, source.size))))
    return readEdfHypnogram(source, options)
  if (source.size > MAX_TEXT_BYTES) {
    return fail('HYPNOGRAM_SIZE', 'file', `${source.size} bytes`, `at most ${MAX_TEXT_BYTES}`)
  }
  const bytes = await source.read(0, source.size)
  if (isBinary(bytes)) return fail('HYPNOGRAM_FORMAT', 'file', 'binary data', 'EDF+, BDF+ or text')
  return readHypnogramText(decodeText(bytes), options)
}

/** As `readHypnogram`, of a text that is at hand. */
export function readHypnogramText(text: string, options: HypnogramFileOptions = {}): Reading {
  const start = text.slice(0, 2000).trimStart()
  if (start === '') return fail('HYPNOGRAM_EMPTY', 'file', 'nothing', 'at least one stage')
  return withDoubts(readAnyText(text, start, options))
}

function readAnyText(text: string, start: string, options: HypnogramFileOptions): Reading {
  if (start.startsWith('<')) return readXmlFile(text, options)
  if (start.startsWith('{') || /^\[\s*(?:[-\d"{[\]]|null)/.test(start)) {
    return readJsonFile(text, options)
  }
  const lines = splitLines(text)
  if (headingLine(lines) >= 0) return readRemlogicFile(lines, options)
  if (isLunaFile(lines)) return readLunaFile(lines, options)
  const table = splitTable(lines.filter((line) => !/^\s*\[.*\]\s*$/.test(line)))
  const wide = tableWidth(table) > 1 && (table.rows.length > 1 || table.names !== undefined)
  return wide && !areStages(lines) ? readTableFile(lines, options) : readLineFile(lines, options)
}

/** A night of several days is mostly a file with short epochs that does not say so. */
function withDoubts(reading: Reading): Reading {
  if (!reading.ok) return reading
  const { hypnogram, warnings } = reading.value
  const hours = Math.round(hypnogramS(hypnogram) / 3600)
  if (hours <= LONG_H) return reading
  const { stages, epochS } = hypnogram
  const doubt = `${stages.length} epochs of ${epochS} s are ${hours} h: if they are shorter, say so`
  return ok({ ...reading.value, warnings: [...warnings, doubt] })
}

/** `Sleep stage W` on a line of its own is three cells of white space, but one stage. */
function areStages(lines: readonly string[]): boolean {
  return lines.every((line) => {
    const text = line.trim()
    return text === '' || commentOf(text) !== undefined || stageOfWord(text) !== undefined
  })
}
