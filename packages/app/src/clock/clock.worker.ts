import { clockDocument, fitClock, readClockDocument } from '@nocturne/core/clock'
import { type GenomePrior, genomeLines, genomePrior, readGenotypes } from '@nocturne/core/genome'
import { describeProblem, type Problem, type Result } from '@nocturne/core/math'
import {
  DEFAULT_CONSTRAINTS,
  makePlan,
  type PlanConstraints,
  type PlanRequest,
  parseFlight,
  parseGoal,
  parseWork,
  planCalendar,
  planFigure,
} from '@nocturne/core/plan'
import { type PersonalRecord, readPersonalRecord, rhythmSummary } from '@nocturne/core/sleep'
import type {
  ClockAnswer,
  ClockReply,
  ClockRequest,
  PlanWish,
  ShownPlan,
} from './clock-messages.ts'
import { clockPictures } from './clock-pictures.ts'
import { exampleDiary } from './example-sleeper.ts'
import { regularityOf } from './regularity.ts'

/** A file is taken in such pieces: of the browser's own, of megabytes, several are held at once. */
const CHUNK_BYTES = 256 * 1024

// One worker answers one question and ends: to cancel is to end it, and no file outlives it.
self.onmessage = (event: MessageEvent<ClockRequest>) => {
  answer(event.data)
    .then(say)
    .catch((error: unknown) => {
      say({ kind: 'problem', text: error instanceof Error ? error.message : String(error) })
    })
}

function say(reply: ClockReply): void {
  self.postMessage(reply)
}

async function answer(request: ClockRequest): Promise<ClockReply> {
  if (request.kind === 'plan') return { kind: 'planned', shown: planned(request) }
  return { kind: 'fitted', answer: await fitted(request) }
}

/** A problem of the world, told to the person in one line. */
class Refusal extends Error {}

function must<T>(result: Result<T>, name?: string): T {
  if (result.ok) return result.value
  throw new Refusal(refusalText(result.problem, name))
}

function refusalText(problem: Problem, name: string | undefined): string {
  const text = describeProblem(problem).replace(/ \([A-Z_]+\)$/, '')
  return name === undefined || text.startsWith(name) ? text : `${name}: ${text}`
}

type Gathered = {
  readonly records: PersonalRecord[]
  readonly sources: string[]
  genes?: GenomePrior
}

async function fitted(request: ClockRequest & { kind: 'fit' }): Promise<ClockAnswer> {
  const { zone, nowMs } = request
  const isExample = request.files === 'example'
  const files =
    request.files === 'example'
      ? [new File([exampleDiary(nowMs, zone)], 'example-diary.csv')]
      : request.files
  const gathered: Gathered = { records: [], sources: [] }
  for (const file of files) await take(gathered, file, request)
  if (gathered.records.length === 0) {
    throw new Refusal('A genotype alone says next to nothing of a clock: add a diary or a watch.')
  }
  say({ kind: 'progress', label: 'Looking for your clock', fraction: 1 })
  const { genes, records, sources } = gathered
  const fit = must(fitClock({ records, zone: records[0]?.zone ?? zone, genes }))
  return {
    document: { ...clockDocument(fit), rhythm: records.flatMap((one) => rhythmSummary(one)) },
    pictures: clockPictures(fit),
    regularity: regularityOf(records),
    geneLines: genes === undefined ? [] : genomeLines(genes),
    sources,
    isExample,
  }
}

/** Reads a file as what it is: of sleep, light or activity, else of genes. */
async function take(
  gathered: Gathered,
  file: File,
  { zone, ancestry }: ClockRequest & { kind: 'fit' },
): Promise<void> {
  const label = `Reading ${file.name}`
  const onBytes = progressOf(label, file.size)
  say({ kind: 'progress', label, fraction: 0 })
  const read = await readPersonalRecord(chunksOf(file), { name: file.name, zone, onBytes })
  if (read.ok) {
    const { format, episodes, series } = read.value
    gathered.records.push(read.value)
    gathered.sources.push(`${file.name}: ${format}, ${contents(episodes.length, series.length)}`)
    return
  }
  const genotypes = await readGenotypes(chunksOf(file), { name: file.name, onBytes })
  if (genotypes.ok) {
    const { format, rows } = genotypes.value
    gathered.genes = genomePrior(genotypes.value, { ancestry })
    gathered.sources.push(`${file.name}: genotypes (${format}), ${rows} rows`)
    return
  }
  const isOther = genotypes.problem.code === 'UNKNOWN_FORMAT' || genotypes.problem.code === 'EMPTY'
  throw new Refusal(refusalText(isOther ? read.problem : genotypes.problem, file.name))
}

function contents(sleeps: number, series: number): string {
  const nights = `${sleeps} ${sleeps === 1 ? 'sleep' : 'sleeps'}`
  return series === 0 ? nights : `${nights}, ${series} series of light, activity or heart`
}

/** Says how far a file is, at most once for each hundredth of it. */
function progressOf(label: string, size: number): (read: number) => void {
  let said = 0
  return (read) => {
    const fraction = Math.min(1, read / Math.max(1, size))
    if (fraction - said < 0.01) return
    said = fraction
    say({ kind: 'progress', label, fraction })
  }
}

/** The bytes of a file as they come; Safari's streams are no async iterables. */
async function* chunksOf(file: File): AsyncGenerator<Uint8Array> {
  const stream = file.stream()
  const bytes = bytesReader(stream)
  const plain = bytes ? undefined : stream.getReader()
  for (;;) {
    const read = bytes ? bytes.read(new Uint8Array(CHUNK_BYTES)) : plain!.read()
    const { done, value } = await read
    if (done || value === undefined) return
    yield value
  }
}

/** A reader into buffers of our size, where the browser has one: its own chunks are megabytes. */
function bytesReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: 'byob' })
  } catch {
    return undefined
  }
}

function planned({ sleeper, wish, former, nowMs }: ClockRequest & { kind: 'plan' }): ShownPlan {
  say({ kind: 'progress', label: 'Planning your days', fraction: 0.5 })
  const posterior = must(readClockDocument(JSON.parse(JSON.stringify(sleeper))))
  const request: PlanRequest = {
    posterior,
    goal: must(parseGoal(wish.goal)),
    constraints: constraintsOf(wish),
    startMs: nowMs,
    zone: posterior.zone,
    previous: former,
  }
  const plan = must(makePlan(request))
  return {
    plan,
    pictures: {
      wide: planFigure(plan, { layout: 'wide', id: 'plan-picture' }),
      narrow: planFigure(plan, { layout: 'narrow', id: 'plan-picture' }),
    },
    calendar: planCalendar(plan, { stampMs: nowMs, previous: former }),
  }
}

function constraintsOf(wish: PlanWish): PlanConstraints {
  const { lightMaxLux, naps, caffeine, melatonin } = wish
  const work = parts(wish.work).map((text) => must(parseWork(text)))
  const flights = parts(wish.flights).map((text) => must(parseFlight(text)))
  return { ...DEFAULT_CONSTRAINTS, work, flights, lightMaxLux, naps, caffeine, melatonin }
}

/** Several in one field, parted by semicolons. */
function parts(text: string): string[] {
  return text.split(';').filter((part) => part.trim() !== '')
}
