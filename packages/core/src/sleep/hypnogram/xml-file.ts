import { fail, ok } from '../../math/result.ts'
import { EPOCH_S } from '../stage/stage.ts'
import type { HypnogramFileOptions, Reading } from './file.ts'
import { hypnogramOfSpans, MAX_EPOCHS, type StageSpan } from './span.ts'
import { stageOfWord } from './stage-code.ts'
import { quoted, type StageToken, stagesOfTokens } from './token.ts'

/**
 * Reads the XML of the National Sleep Research Resource (`PSGAnnotation`, scored events with
 * `EventConcept` such as `Stage 2 sleep|2`) or of Compumedics Profusion (`CMPStudyConfig`, one
 * `SleepStage` number an epoch, 0..5 = W S1 S2 S3 S4 R). Other events are left out. Nothing but
 * these elements is looked at: no entities beyond the five of XML, no external references.
 */
export function readXmlFile(text: string, options: HypnogramFileOptions): Reading {
  const epochS = options.epochS ?? statedEpoch(text)
  const scored = [...text.matchAll(/<SleepStage>([^<]*)<\/SleepStage>/gi)]
  if (scored.length > 0) return readProfusion(scored, epochS ?? EPOCH_S, options)
  if (/<ScoredEvent[\s>]/i.test(text)) return readNsrr(text, options)
  const root = /<([A-Za-z][\w:.-]*)/.exec(text)?.[1] ?? ''
  return fail('HYPNOGRAM_XML', 'file', `<${root}>`, 'NSRR ScoredEvent or Profusion SleepStage')
}

function readProfusion(
  scored: readonly RegExpMatchArray[],
  epochS: number,
  options: HypnogramFileOptions,
): Reading {
  if (scored.length > MAX_EPOCHS) {
    return fail('HYPNOGRAM_SIZE', 'file', `${scored.length} epochs`, `at most ${MAX_EPOCHS}`)
  }
  const tokens = scored.map(
    (match, i): StageToken => ({ text: match[1]!.trim(), where: `SleepStage ${i + 1}` }),
  )
  const codes = options.codes ?? 'rk'
  const read = stagesOfTokens(tokens, codes)
  if (!read.ok) return read
  const { stages, warnings } = read.value
  const hypnogram = { epochS, stages, startS: 0 }
  return ok({ hypnogram, format: 'profusion', codes, warnings })
}

function readNsrr(text: string, options: HypnogramFileOptions): Reading {
  const spans: StageSpan[] = []
  for (const [i, body] of text
    .split(/<ScoredEvent(?=[\s>])/i)
    .slice(1)
    .entries()) {
    const number = i + 1
    const type = element(body, 'EventType') ?? ''
    const concept = element(body, 'EventConcept') ?? element(body, 'Name') ?? ''
    if (type !== '' && !/stage/i.test(type)) continue
    const stage = stageOfWord(concept)
    if (stage === undefined) {
      if (!/stage/i.test(type)) continue
      return fail('HYPNOGRAM_STAGE', `ScoredEvent ${number}`, quoted(concept), 'a sleep stage')
    }
    const onsetS = Number(element(body, 'Start') ?? Number.NaN)
    const durationS = Number(element(body, 'Duration') ?? Number.NaN)
    spans.push({ onsetS, durationS, stage, where: `ScoredEvent ${number}` })
  }
  const spanned = hypnogramOfSpans(spans, { epochS: options.epochS })
  if (!spanned.ok) return spanned
  return ok({ ...spanned.value, format: 'nsrr' })
}

function statedEpoch(text: string): number | undefined {
  const value = Number(element(text, 'EpochLength') ?? 0)
  return value > 0 && value <= 3600 ? value : undefined
}

function element(text: string, name: string): string | undefined {
  const value = new RegExp(`<${name}>([^<]*)</${name}>`, 'i').exec(text)?.[1]
  return value
    ?.trim()
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&apos;/g, "'")
    .replace(/&amp;/g, '&')
}
