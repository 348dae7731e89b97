import { momentOfText } from '@nocturne/core/math'
import {
  ABSOLUTE_LIMITS,
  type Consent,
  loadStarterStager,
  localOffsets,
  type NightHeader,
  shippedRelease,
  signConsent,
  verifyConsent,
} from '@nocturne/core/night'
import { openKeeper } from './box-keeper.ts'
import { LiveTally } from './live-tally.ts'
import { type NightFeed, openFeed, PIECES_HZ } from './night-feed.ts'
import { pacer } from './pacer.ts'
import { RehearsedNight } from './rehearsed-night.ts'
import type { TonightReply, TonightRequest } from './tonight-messages.ts'

type Begin = Extract<TonightRequest, { kind: 'begin' }>

/** Between two pictures of the night, ms of the wall. */
const TELL_MS = 100
const DAY_MS = 86_400_000
/** A delay that a good loudspeaker has: nothing is played here. */
const LATENCY = { meanMs: 50, sdMs: 0 } as const
const FULL_SCALE_DBA = 70
/** A rehearsal is no sleeper's night: nothing stands against control but the signal. */
const HISTORY = {
  ...{ nightsInRow: 0, sinceSilent: 0, cleanNights: 2, sinceDistress: 1000, soundWakes: false },
}

const pace = pacer(0)
let night: RehearsedNight | undefined
let tally: LiveTally | undefined
let over = false

// One worker runs one night. Words are taken up between two pieces of signal, a stop at once.
self.onmessage = ({ data }: MessageEvent<TonightRequest>) => {
  if (data.kind === 'begin') {
    run(data).catch((error: unknown) => {
      say({ kind: 'problem', text: error instanceof Error ? error.message : String(error) })
    })
  } else if (data.kind === 'speed') pace.setSpeed(data.speed)
  else if (data.kind === 'end') over = true
  else if (night && tally && !over) {
    night.say(data.word)
    say({ kind: 'heard', word: data.word.kind, mode: tally.mode })
    say({ kind: 'live', live: tally.live() })
  }
}

function say(reply: TonightReply): void {
  self.postMessage(reply)
}

async function run(begin: Begin): Promise<void> {
  const [feed, stager] = await Promise.all([openFeed(begin.played), loadStarterStager()])
  const header = headerOf(begin, feed)
  const carried = await consentOf(begin, header.startMs)
  const shown = new LiveTally(header, feed.durationS)
  const see: LiveTally['see'] = (input, events) => shown.see(input, events)
  const playing = new RehearsedNight(header, stager, await openKeeper(), feed, see)
  playing.say({ kind: 'latency', ...LATENCY })
  if (carried) playing.say({ kind: 'consent', ...carried })
  playing.say({ kind: 'mode', to: begin.mode, awake: true, ask: 1 })
  night = playing
  tally = shown
  pace.setSpeed(begin.speed)
  let toldMs = 0
  for await (const piece of feed.pieces()) {
    await pace.wait(1000 / PIECES_HZ)
    if (over) break
    playing.play(piece)
    const now = performance.now()
    if (now - toldMs < TELL_MS) continue
    toldMs = now
    say({ kind: 'live', live: shown.live() })
  }
  over = true
  const box = playing.end()
  say({ kind: 'ended', live: shown.live(), ...(box && { box }) })
}

function headerOf({ startMs: usual, zone }: Begin, feed: NightFeed): NightHeader {
  const own = feed.startTime === undefined ? undefined : momentOfText(zone, feed.startTime)
  const startMs = own ?? usual
  return {
    montage: feed.montage,
    ...{ startMs, timeZone: zone, offsets: localOffsets(zone, startMs), token: 1 },
    ...{ limits: ABSOLUTE_LIMITS, release: shippedRelease(), aim: { kind: 'target' }, seed: 1 },
    ...{ bedtimeMs: startMs, fullScaleDbA: FULL_SCALE_DBA, history: HISTORY, rehearsal: true },
  }
}

/** The sleeper's own consent, checked here; else one for this night, by a key that nobody keeps. */
async function consentOf(
  { given }: Begin,
  startMs: number,
): Promise<{ readonly consent: Consent; readonly verified: boolean } | undefined> {
  try {
    if (given) {
      const verified = await verifyConsent(crypto.subtle, given.consent, given.sleeper)
      return { consent: given.consent, verified }
    }
    const draft = {
      mode: 'control' as const,
      ...{ actuators: ['sound', 'cue'] as const, conditions: [], audience: [] },
      ...{ hours: { fromMin: 0, toMin: 0 }, ceilings: ABSOLUTE_LIMITS },
      ...{ validFromMs: startMs - DAY_MS, validUntilMs: startMs + 2 * DAY_MS },
    }
    const seed = Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join('')
    return { consent: await signConsent(crypto.subtle, draft, seed), verified: true }
  } catch {
    const text =
      'This browser cannot check or sign a consent (no Ed25519): the device only records.'
    say({ kind: 'told', text })
    return undefined
  }
}
