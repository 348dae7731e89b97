import type { BoxRecord } from '../packages/core/src/night/box/record.ts'
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
import { openSource } from '../packages/edge/src/source/open-source.ts'

const LIMITS = {
  ...{ soundDbA: 50, soundLaeqDbA: 30, lightMelanopicLux: 10, warmthC: 38 },
  stimulationMin: 240,
}
const ROLES: Readonly<Record<string, MontageRole>> = {
  'EEG Fpz-Cz': 'eeg',
  'EOG E1-M2': 'eog-left',
  'EOG E2-M2': 'eog-right',
  'EMG chin': 'emg',
}

/** The box of a made-up sleeper's first minutes under the night's own loop, in control. */
export async function loopBox(minutes: number, seed = 3): Promise<Uint8Array> {
  const source = await openSource(`synth:${seed}`, {
    ...{ speed: 0, hours: minutes / 60, channels: Object.keys(ROLES) },
  })
  if (!source.ok) throw new Error(JSON.stringify(source.problem))
  const { channels, rateHz } = source.value.description
  const header = headerOf(
    channels.map(({ label }) => label),
    rateHz,
  )
  const writer = new BoxWriter({ lattices: channels.map(({ lattice }) => lattice) })
  const loop = nightOf({ stager: await loadStarterStager() })
  let state = loop.start(header)
  const feed = (input: LoopInput): void => {
    writer.append({ kind: 'input', input })
    const [next, events] = loop.step(state, input)
    state = next
    for (const event of events) writer.append({ kind: 'event', event } satisfies BoxRecord)
  }
  writer.append({ kind: 'night', header })
  writer.append({ kind: 'sealed', bytes: new Uint8Array(64).fill(0x5a) })
  for (const input of await firstWords(header)) feed(input)
  let atMs = 0
  for await (const { first, columns, atMs: now } of source.value.chunks()) {
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
