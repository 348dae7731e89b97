import { fail, ok, type Result } from '../../math/result.ts'
import type { Stage } from '../stage/stage.ts'
import {
  codeOf,
  isLumpedWord,
  readCodes,
  type StageCodes,
  stageOfCode,
  stageOfWord,
} from './stage-code.ts'

/** One cell of a file that should be a stage, and where it stands. */
export type StageToken = { readonly text: string; readonly where: string }

/** Stages of tokens, the numbering used if there were numbers, and the decisions taken. */
export type TokenStages = {
  readonly stages: Stage[]
  readonly codes?: StageCodes
  readonly warnings: string[]
}

/**
 * Turns cells into stages: words by `stageOfWord`, numbers by one numbering for the whole file
 * (`readCodes`), an empty cell is `?`. Fails with `HYPNOGRAM_STAGE` at the first cell that is
 * neither.
 */
export function stagesOfTokens(
  tokens: readonly StageToken[],
  explicit?: StageCodes,
): Result<TokenStages, 'HYPNOGRAM_STAGE'> {
  const codes = tokens.map(({ text }) => codeOf(text))
  const numbers = codes.filter((code) => code !== undefined)
  const reading = readCodes(numbers, explicit)
  const stages: Stage[] = []
  let lumped = 0
  for (const [i, { text, where }] of tokens.entries()) {
    const code = codes[i]
    const stage =
      code !== undefined
        ? stageOfCode(reading.table, code)
        : text.trim() === ''
          ? '?'
          : stageOfWord(text)
    if (stage === undefined) return refused(text, where, code !== undefined)
    if (code === undefined && isLumpedWord(text)) lumped++
    stages.push(stage)
  }
  const warnings = [
    ...(numbers.length > 0 && reading.warning ? [reading.warning] : []),
    ...(lumped > 0 ? [`${lumped} epochs of light sleep (N1 and N2 in one) are counted as N2`] : []),
  ]
  return ok({ stages, ...(numbers.length > 0 && { codes: reading.codes }), warnings })
}

/** Shows a cell in a message: quoted, at most 40 characters. */
export function quoted(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`
}

function refused(
  text: string,
  where: string,
  isNumber: boolean,
): Result<TokenStages, 'HYPNOGRAM_STAGE'> {
  const expected = isNumber
    ? 'a stage number of the numbering in use (see the option codes)'
    : 'a stage such as W, N1, N2, N3, R or ?'
  return fail('HYPNOGRAM_STAGE', where, quoted(text), expected)
}
