import type { BoxRecord, Lattice } from '../packages/core/src/night/box/record.ts'
import { BoxWriter } from '../packages/core/src/night/box/writer.ts'
import { signConsent } from '../packages/core/src/night/consent/signature.ts'
import {
  type LoopInput,
  localOffsets,
  type NightHeader,
  shippedRelease,
} from '../packages/core/src/night/loop/index.ts'
import { nightOf } from '../packages/core/src/night/replay/night-of.ts'
import type { MontageRole } from '../packages/core/src/night/watch/montage.ts'
import { loadStarterStager } from '../packages/core/src/night/watch/starter-stager.ts'
import { syntheticSleeper } from '../packages/core/src/sleep/synthetic/sleeper.ts'
import { openSource } from '../packages/edge/src/source/open-source.ts'

const LIMITS = {
  ...{ soundDbA: 50, soundLaeqDbA: 30, lightMelanopicLux: 10, warmthC: 38 },
  stimulationMin: 240,
}
const ROLES: Readonly<Record<string, MontageRole>> = {
  'EEG Fpz-Cz': 'eeg',
  'EEG C4-M1': 'eeg',
  'EOG E1-M2': 'eog-left',
  'EOG E2-M2': 'eog-right',
  'EMG chin': 'emg',
}
const NIGHT_LABELS = ['EEG Fpz-Cz', 'EOG E1-M2', 'EOG E2-M2', 'EMG chin']
const STEP_UV = 0.1

/** Some signal as it came, with where each channel's samples lie. */
type Played = {
  readonly labels: readonly string[]
  readonly lattices: readonly (Lattice | undefined)[]
  readonly rateHz: number
  readonly chunks: AsyncIterable<Chunk> | Iterable<Chunk>
}
type Chunk = {
  readonly first: number
  readonly columns: readonly Float32Array[]
  readonly atMs: number
}

/** The box of a made-up sleeper's first minutes under the night's own loop, in control. */
export async function loopBox(minutes: number, seed = 3): Promise<Uint8Array<ArrayBuffer>> {
  const source = await openSource(`synth:${seed}`, {
    ...{ speed: 0, hours: minutes / 60, channels: NIGHT_LABELS },
  })
  if (!source.ok) throw new Error(JSON.stringify(source.problem))
  const { channels, rateHz } = source.value.description
  return recorded({
    ...{ labels: channels.map(({ label }) => label), rateHz, chunks: source.value.chunks() },
    lattices: channels.map(({ lattice }) => lattice),
  })
}

/** Which piece of a night: minutes of deep sleep, and how it came. */
export type DeepPiece = {
  readonly minutes: number
  readonly rateHz: number
  readonly labels: readonly string[]
  /** Samples that come at once. */
  readonly chunk: number
}

const FOUR = ['EEG Fpz-Cz', 'EEG C4-M1', 'EOG E1-M2', 'EOG E2-M2']

/** The pieces that replay is timed on, and that every engine has to bring to the same end. */
export const DEEP_PIECES: Readonly<Record<string, DeepPiece>> = {
  '4 channels at 256 Hz': { minutes: 10, rateHz: 256, labels: FOUR, chunk: 8 },
  '1 channel at 256 Hz': { minutes: 10, rateHz: 256, labels: FOUR.slice(0, 1), chunk: 8 },
}

/**
 * The box of minutes that begin with a stretch of a made-up sleeper's deep sleep, under the night's
 * own loop in control: after some minutes of it there are clicks.
 */
export function deepBox({ minutes, rateHz, labels, chunk }: DeepPiece): Promise<Uint8Array> {
  const sleeper = syntheticSleeper({ seed: 11, rateHz, hours: 3, channels: labels })
  const deep = sleeper.course.find(
    ({ stage, startS, endS }) => stage === 'N3' && endS - startS >= 60 * minutes,
  )
  if (!deep) throw new Error(`no deep sleep of ${minutes} min`)
  sleeper.next(deep.startS)
  function* chunks(): Generator<Chunk> {
    const columns = sleeper
      .next(60 * minutes)
      .map((column) => column.map((uv) => Math.round(uv / STEP_UV) * STEP_UV))
    for (let first = 0; first < columns[0]!.length; first += chunk) {
      const atMs = Math.floor(((first + chunk) * 1000) / rateHz)
      yield { first, columns: columns.map((column) => column.slice(first, first + chunk)), atMs }
    }
  }
  const lattices = labels.map(() => ({ gain: STEP_UV, offset: 0 }))
  return recorded({ labels, lattices, rateHz, chunks: chunks() })
}

async function recorded({
  labels,
  lattices,
  rateHz,
  chunks,
}: Played): Promise<Uint8Array<ArrayBuffer>> {
  const header = headerOf(labels, rateHz)
  const writer = new BoxWriter({ lattices })
  const loop = nightOf({ stager: await loadStarterStager() })
  let state = loop.start(header)
  const feed = (input: LoopInput): void => {
    writer.append({ kind: 'input', input })
    const [next, events] = loop.step(state, input)
    state = next
    for (const event of events) writer.append({ kind: 'event', event } satisfies BoxRecord)
    for (const event of events) {
      if (event.kind !== 'command') continue
      feed({ kind: 'actuator', atMs: input.atMs, leaseId: event.lease.id, effect: 'confirmed' })
    }
  }
  writer.append({ kind: 'night', header })
  writer.append({ kind: 'sealed', bytes: new Uint8Array(64).fill(0x5a) })
  for (const input of await firstWords(header)) feed(input)
  let atMs = 0
  for await (const { first, columns, atMs: now } of chunks) {
    for (; atMs <= now; atMs += 1000) feed({ kind: 'heartbeat', atMs: now, token: 1 })
    feed({ kind: 'samples', atMs: now, first, columns })
  }
  writer.append({ kind: 'end', atMs })
  return Uint8Array.from(Buffer.concat(writer.taken().map(({ bytes }) => bytes)))
}
function headerOf(labels: readonly string[], rateHz: number): NightHeader {
  const startMs = Date.UTC(2026, 0, 1, 22)
  return {
    montage: { channels: labels.map((label) => ({ label, role: ROLES[label]! })), rateHz },
    ...{ startMs, timeZone: 'Europe/Berlin', offsets: localOffsets('Europe/Berlin', startMs) },
    ...{ token: 1, limits: LIMITS, release: shippedRelease(), aim: { kind: 'target' }, seed: 7 },
    history: {
      ...{ nightsInRow: 0, sinceSilent: 0, cleanNights: 10, sinceDistress: 1000 },
      soundWakes: false,
    },
    ...{ fullScaleDbA: 60, rehearsal: true },
  }
}

async function firstWords({ startMs }: NightHeader): Promise<LoopInput[]> {
  const draft = {
    ...({ mode: 'control', actuators: ['sound'], ceilings: LIMITS } as const),
    ...{ hours: { fromMin: 0, toMin: 1439 }, validFromMs: startMs - 1, conditions: [] },
    ...{ validUntilMs: startMs + 86_400_000, audience: [] },
  }
  const consent = await signConsent(crypto.subtle, draft, '2a'.repeat(32))
  return [
    { kind: 'consent', atMs: 0, consent, verified: true },
    { kind: 'mode', atMs: 0, to: 'control', awake: true, ask: 1 },
    { kind: 'latency', atMs: 0, meanMs: 20, sdMs: 2 },
  ]
}
