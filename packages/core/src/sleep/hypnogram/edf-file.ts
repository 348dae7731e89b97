import { describeProblem, fail, ok } from '../../math/result.ts'
import { addSeconds } from '../../math/wall-clock.ts'
import { openEdf } from '../../signal/edf/reader.ts'
import type { Annotation } from '../../signal/recording.ts'
import type { ByteSource } from '../../signal/source.ts'
import type { HypnogramFile, HypnogramFileOptions, Reading } from './file.ts'
import { hypnogramOfSpans, type StageSpan } from './span.ts'
import { codeOf, stageOfWord } from './stage-code.ts'
import { stagesOfTokens } from './token.ts'

/** True when bytes begin as an EDF or BDF file does. */
export function isEdf(bytes: Uint8Array): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, 8))
  return /^0 {7}$/.test(start) || start === '\u00ffBIOSEMI'
}

/**
 * Reads the sleep stages among the annotations of an EDF+ or BDF+ file, with or without signals:
 * `Sleep stage W/1/2/3/4/R/?`, `Sleep stage N1`, `Stage 1`, `Movement time`, bare `W N1 …`, bare
 * numbers when there is nothing else. Other annotations are left out; lights off and on are kept as
 * `lights`. R&K stages 3 and 4 are N3. Fails with `HYPNOGRAM_EDF` when the file cannot be read,
 * `HYPNOGRAM_EMPTY` without stages.
 */
export async function readEdfHypnogram(
  source: ByteSource,
  options: HypnogramFileOptions = {},
): Promise<Reading> {
  const file = await openEdf(source)
  if (!file.ok) return fail('HYPNOGRAM_EDF', source.name, describeProblem(file.problem), 'EDF+')
  const annotations = await file.value.annotations()
  const read = hypnogramOfAnnotations(annotations, options)
  if (!read.ok) return read
  const { startTime } = file.value.header
  const { hypnogram } = read.value
  if (startTime === undefined) return read
  const start = addSeconds(startTime, hypnogram.startS ?? 0)
  return ok({ ...read.value, hypnogram: { ...hypnogram, startTime: start } })
}

/**
 * The stages among annotations, seconds from the start of the recording: see `readEdfHypnogram`.
 */
export function hypnogramOfAnnotations(
  annotations: readonly Annotation[],
  options: HypnogramFileOptions = {},
): Reading {
  const chosen = stageAnnotations(annotations)
  if (chosen.length === 0) {
    const got = `${annotations.length} annotations, none a sleep stage`
    return fail('HYPNOGRAM_EMPTY', 'annotations', got, 'texts such as Sleep stage N2')
  }
  const tokens = chosen.map(({ text, onsetS }) => ({
    text: plain(text),
    where: `annotation at ${onsetS} s`,
  }))
  const read = stagesOfTokens(tokens, options.codes)
  if (!read.ok) return read
  const { stages, codes, warnings } = read.value
  const spans = chosen.map(
    ({ onsetS, durationS }, i): StageSpan => ({
      onsetS,
      ...(durationS !== undefined && { durationS }),
      stage: stages[i]!,
      where: tokens[i]!.where,
    }),
  )
  const spanned = hypnogramOfSpans(spans, { epochS: options.epochS })
  if (!spanned.ok) return spanned
  const lights = lightsOf(annotations)
  return ok({
    hypnogram: spanned.value.hypnogram,
    format: 'edf',
    ...(codes && { codes }),
    ...(lights && { lights }),
    warnings: [...warnings, ...spanned.value.warnings],
  })
}

/**
 * Texts that say "stage" are taken alone where there are any, so that a remark such as `R` or `M`
 * beside them is no stage; numbers count only where every annotation is one.
 */
function stageAnnotations(annotations: readonly Annotation[]): readonly Annotation[] {
  const words = annotations.filter(({ text }) => {
    const word = plain(text)
    return !isLights(word) && codeOf(word) === undefined && stageOfWord(word) !== undefined
  })
  const named = words.filter(({ text }) => /stage|movement time|^sleep[-_ ]/i.test(plain(text)))
  if (named.length > 0) return named
  if (words.length > 0) return words
  const numbers = annotations.filter(({ text }) => codeOf(plain(text)) !== undefined)
  return numbers.length === annotations.length ? numbers : []
}

/**
 * An annotation's text without the channel it was marked on (`@@EEG F4-A1`) and without XML tags.
 */
function plain(text: string): string {
  return text
    .replace(/@@.*$/, '')
    .replace(/<[^>]*>/g, ' ')
    .trim()
}

function isLights(text: string): boolean {
  return /^lights?[\s_-]*(?:on|off|out)/i.test(text)
}

function lightsOf(annotations: readonly Annotation[]): HypnogramFile['lights'] {
  const offS = annotations.find(({ text }) => /^lights?[\s_-]*(?:off|out)/i.test(text))?.onsetS
  const onS = annotations.findLast(({ text }) => /^lights?[\s_-]*on/i.test(text))?.onsetS
  if (offS === undefined && onS === undefined) return undefined
  return { ...(offS !== undefined && { offS }), ...(onS !== undefined && { onS }) }
}
