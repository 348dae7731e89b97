import { describeProblem, type Problem } from '@nocturne/core/math'
import {
  analysisOf,
  type Difference,
  loadStarterStager,
  momentAccount,
  momentFigure,
  momentOf,
  nightOf,
  readTrial,
  replay,
  verifyBox,
} from '@nocturne/core/night'
import { fileSource } from '../sources.ts'
import type { MorningReply, MorningRequest, ToldTrial } from './morning-messages.ts'
import { storyOf } from './story.ts'

// One worker answers one question and ends: to cancel is to end it, and no file outlives it.
self.onmessage = (event: MessageEvent<MorningRequest>) => {
  answer(event.data)
    .then(say)
    .catch((error: unknown) => {
      say({ kind: 'problem', text: error instanceof Error ? error.message : String(error) })
    })
}

function say(reply: MorningReply): void {
  self.postMessage(reply)
}

function answer(request: MorningRequest): Promise<MorningReply> {
  if (request.kind === 'replay') return replayed(request.file)
  if (request.kind === 'moment') return moment(request.file, request.atMs)
  return isTrialFile(request.file) ? trial(request.file) : story(request.file)
}

async function story(file: File): Promise<MorningReply> {
  const sources = [fileSource(file)]
  const summary = await verifyBox(sources, progressOf('Checking every byte', 0, 0.5))
  if (!summary.ok) return refusal(file, summary.problem)
  const told = await storyOf(sources, summary.value, progressOf('Reading the night', 0.5, 1))
  if (told === undefined) {
    return { kind: 'problem', text: `${file.name}: got a box without a night, expected one` }
  }
  return { kind: 'story', story: told }
}

function isTrialFile({ name, size }: File): boolean {
  return /\.json$/i.test(name) && size <= 1_000_000
}

async function trial(file: File): Promise<MorningReply> {
  const read = readTrial(await file.text())
  if (!read.ok) return refusal(file, read.problem)
  const { name, nights, design, opened } = read.value
  const told: ToldTrial = {
    ...{ name, noted: nights.length, planned: design.nights },
    ...(opened && { sentence: analysisOf(read.value).sentence }),
  }
  return { kind: 'trial', trial: told }
}

async function replayed(file: File): Promise<MorningReply> {
  const result = await replay([fileSource(file)], {
    loop: nightOf({ stager: await loadStarterStager() }),
    // A page that is not secure has none, whatever the types say.
    ...((crypto.subtle as SubtleCrypto | undefined) && { subtle: crypto.subtle }),
    progress: progressOf('Running the night again', 0, 1),
  })
  if (!result.ok) return refusal(file, result.problem)
  const { identical, inputs, decisions, firstDifference, damage } = result.value
  return {
    kind: 'replayed',
    replay: {
      ...{ identical, inputs, decisions, incomplete: damage !== undefined },
      ...(firstDifference && { difference: differenceText(firstDifference) }),
    },
  }
}

function differenceText({ atS, field, was, is }: Difference): string {
  const text = (value: unknown): string => JSON.stringify(value) ?? 'nothing'
  return `${atS.toFixed(3)} s after the start, ${field} was ${text(was)} and is ${text(is)}`
}

async function moment(file: File, atMs: number): Promise<MorningReply> {
  const found = await momentOf([fileSource(file)], atMs)
  if (!found.ok) return refusal(file, found.problem)
  const svg = momentFigure(found.value, { theme: 'page' })
  return { kind: 'moment', moment: { atMs, svg, account: momentAccount(found.value) } }
}

function refusal(file: File, problem: Problem): MorningReply {
  const text = describeProblem(problem).replace(/ \([A-Z_]+\)$/, '')
  return { kind: 'problem', text: text.startsWith(file.name) ? text : `${file.name}: ${text}` }
}

/** Says how far a part of the work is, at most once for each hundredth of it. */
function progressOf(label: string, from: number, to: number): (fraction: number) => void {
  let said = Number.NEGATIVE_INFINITY
  return (part) => {
    const fraction = from + (to - from) * Math.min(1, part)
    if (fraction - said < 0.01) return
    said = fraction
    say({ kind: 'progress', label, fraction })
  }
}
