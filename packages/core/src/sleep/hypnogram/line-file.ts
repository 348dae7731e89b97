import { fail } from '../../math/result.ts'
import { EPOCH_S } from '../stage/stage.ts'
import type { HypnogramFileOptions, Reading } from './file.ts'
import { MAX_EPOCHS } from './span.ts'
import { type StageCodes, stageOfWord, statedCodes } from './stage-code.ts'
import { type StageToken, stagesOfTokens } from './token.ts'

/** Epoch of the DREAMS hypnograms, seconds (Devuyst, The DREAMS Databases, 2005). */
const DREAMS_EPOCH_S = 5

/**
 * Reads a file with one stage per line: YASA (numbers or words, with its comment lines), Luna
 * `.eannot`, the Apple Watch labels of Walch 2019, DREAMS (`[Hypnogram]`, 5-s epochs, 5..0 = W R S1
 * S2 S3 S4), or plain words. Comments (`#`, `%`, `//`, `;`) may state the epoch (`1 value per 30
 * seconds`) and the numbering (`0: Wake, 1: N1, …`). A single line with many stages is read across.
 */
export function readLineFile(lines: readonly string[], options: HypnogramFileOptions): Reading {
  const tokens: StageToken[] = []
  let epochS = options.epochS
  let codes = options.codes
  let blank = 0
  for (const [i, line] of lines.entries()) {
    const text = line.trim().replace(/^"(.*)"$/, '$1')
    const comment = commentOf(text)
    if (comment !== undefined) {
      epochS ??= statedEpoch(comment)
      codes ??= statedCodes(comment)
    } else if (/^\[\s*hypnogram.*\]$/i.test(text)) {
      epochS ??= DREAMS_EPOCH_S
      codes ??= 'dreams'
    } else if (text === '') blank++
    else if (!isHeading(text, tokens.length)) tokens.push({ text, where: `line ${i + 1}` })
  }
  return finish(acrossOne(tokens), epochS ?? EPOCH_S, codes, blank)
}

/** The text of a comment line, or undefined when the line is none. */
export function commentOf(line: string): string | undefined {
  return /^(?:#|%|\/\/|;)\s*(.*)$/.exec(line)?.[1]
}

/** The epoch a comment states (`1 value per 20 seconds`, `epoch length: 10 s`), seconds. */
export function statedEpoch(comment: string): number | undefined {
  const match =
    /per\s+(\d+(?:\.\d+)?)[\s-]*s(?:ec|\b)/i.exec(comment) ??
    /epoch[^\d]{0,24}(\d+(?:\.\d+)?)[\s-]*s(?:ec|\b)/i.exec(comment)
  const value = match ? Number(match[1]) : 0
  return value > 0 && value <= 3600 ? value : undefined
}

function finish(
  tokens: readonly StageToken[],
  epochS: number,
  codes: StageCodes | undefined,
  blank: number,
): Reading {
  if (tokens.length === 0) return fail('HYPNOGRAM_EMPTY', 'file', 'no stages', 'at least one')
  if (tokens.length > MAX_EPOCHS) {
    return fail('HYPNOGRAM_SIZE', 'file', `${tokens.length} epochs`, `at most ${MAX_EPOCHS}`)
  }
  const read = stagesOfTokens(tokens, codes)
  if (!read.ok) return read
  const warnings = [...read.value.warnings]
  if (blank > 0) warnings.push(`${blank} blank lines between stages are left out`)
  const { stages, codes: used } = read.value
  return {
    ok: true,
    value: {
      hypnogram: { epochS, stages },
      format: 'lines',
      ...(used && { codes: used }),
      warnings,
    },
  }
}

/** `stage`, `hypnogram` … as the first line is a heading, not a stage. */
function isHeading(text: string, before: number): boolean {
  return (
    before === 0 && /^"?(?:sleep)?[ _]?(?:stages?|staging|hypno(?:gram)?|epochs?|x)"?$/i.test(text)
  )
}

function acrossOne(tokens: readonly StageToken[]): readonly StageToken[] {
  if (tokens.length !== 1) return tokens
  const { text, where } = tokens[0]!
  const packed = /^[W0-5RMN?]{4,}$/.test(text) && stageOfWord(text) === undefined
  const parts = packed ? [...text] : text.split(/[\s,;]+/).filter((part) => part !== '')
  return parts.length > 2
    ? parts.map((part, i) => ({ text: part, where: `${where}, item ${i + 1}` }))
    : tokens
}
