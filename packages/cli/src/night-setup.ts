import { randomBytes, webcrypto } from 'node:crypto'
import { describeProblem, isTimeZone, momentOfWallClock, wallClockAt } from '@nocturne/core/math'
import {
  ABSOLUTE_LIMITS,
  type Consent,
  eveningOf,
  type History,
  historyOf,
  localOffsets,
  type Mode,
  type NightHeader,
  type NightMontage,
  nightMontage,
  type Release,
  type RidgeWeights,
  shippedRelease,
  signConsent,
} from '@nocturne/core/night'
import {
  type EarlierPart,
  goesOnAtMs,
  type NightWord,
  openSource,
  resumedHeader,
  type SampleLattice,
  type Source,
} from '@nocturne/edge'
import { type Arguments, type CommandOption, numberOption, UsageError } from './command.ts'
import { consentNotes } from './consent-notes.ts'
import { isActedOn, type OpenedConsent, openConsent } from './consent-shelf.ts'
import { zoneOf } from './earlier-tonight.ts'
import { keptNights } from './night-log-file.ts'
import { releaseFile } from './release-files.ts'

/** What a night is begun with, from a call's options. */
export type NightSetup = {
  readonly header: NightHeader
  readonly montage: NightMontage
  readonly opening: readonly NightWord[]
  /** Device time of the source's zero, ms: above 0 where a night goes on. */
  readonly fromMs: number
  /** Evening to which the night belongs, `YYYY-MM-DD`, and the mode that is asked for. */
  readonly evening: string
  readonly mode: Mode
  /** Why nothing may act tonight, where that is known beforehand. */
  readonly notes: readonly string[]
}

/** Options that every command which runs a night understands. */
export const NIGHT_OPTIONS: Readonly<Record<string, CommandOption>> = {
  consent: { type: 'string', value: 'FILE', help: 'the consent that carries it: a file or an id' },
  rehearse: {
    type: 'string',
    value: 'MODE',
    help: 'play a recording under a throw-away consent: natural, guidance or control',
  },
  release: { type: 'string', value: 'FILE', help: 'parameters to run (as shipped)' },
  arm: {
    type: 'string',
    value: 'ARM',
    help: 'stim or sham: sham decides alike and is silent (stim)',
  },
  trial: {
    type: 'string',
    value: 'NAME',
    help: 'a night of a sealed trial, whose arm nobody is told',
  },
  night: {
    type: 'string',
    value: 'N',
    help: 'which night of the trial, 1 is the first (the next)',
  },
  hours: {
    type: 'string',
    value: 'H',
    help: 'length of what is played (8 h of a made-up sleeper)',
  },
  wake: { type: 'string', value: 'HH:MM', help: 'latest time to wake' },
  seed: { type: 'string', value: 'N', help: 'order of the windows with and without sound (1)' },
  eeg: { type: 'string', value: 'L', help: 'EEG channels, the first is aimed at (chosen by name)' },
  eog: { type: 'string', value: 'L', help: 'both eyes with a comma; none leaves them out' },
  emg: { type: 'string', value: 'L', help: 'chin EMG; none leaves it out' },
}

/** Pieces a second that signal comes in. */
const PIECES_HZ = 32

/** Opens a night's source; what is played goes at `speed` unless the call says another. */
export async function nightSource(
  args: Arguments,
  spec: string,
  speed: number,
  timeZone: string | undefined,
): Promise<Source> {
  const hours = numberOption(args, 'hours', 0.01, 24)
  const read = await openSource(spec, {
    ...{ speed: numberOption(args, 'speed', 0, 10_000) ?? speed, piecesHz: PIECES_HZ },
    ...(hours === undefined ? {} : { hours }),
    ...(timeZone === undefined ? {} : { timeZone }),
  })
  if (read.ok) return read.value
  const told = describeProblem(read.problem)
  throw new UsageError(told.startsWith(spec) ? told : `${spec}: ${told}`)
}

/** Works with a source; when that fails the source is closed, so that nothing holds the program. */
export async function closedOnError<T>(source: Source, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await source.close()
    throw error
  }
}

/** How the samples of each channel of the loop were made, so that a box keeps them small. */
export function montageLattices(
  { from }: NightMontage,
  { description }: Source,
): readonly (SampleLattice | undefined)[] {
  return from.map(({ index, minus }) =>
    minus === undefined ? description.channels[index]?.lattice : undefined,
  )
}

/** Delay and its spread that a file has by definition, ms: what a good loudspeaker has. */
const FILE_LATENCY = { meanMs: 50, sdMs: 0 } as const
/** Loudest that a file's full scale counts as, dB(A). */
export const FILE_FULL_SCALE_DBA: number = 70
const DAY_MS = 86_400_000
/** A recording that hides its date is played as this night. */
const UNKNOWN_START_MS = Date.UTC(2026, 0, 1, 23)

/**
 * A night's header, channels and first words out of a source and the options of a call; where the
 * night goes on from an earlier part, with what counts of that.
 */
export async function nightSetup(
  args: Arguments,
  source: Source,
  personal: RidgeWeights | undefined,
  earlier?: EarlierPart,
): Promise<NightSetup> {
  const { description } = source
  const labels = description.channels.map(({ label }) => label)
  const montage = nightMontage(labels, description.rateHz, channelWishes(args))
  if (!montage.ok) throw new UsageError(`${description.name}: ${describeProblem(montage.problem)}`)
  const rehearsal = rehearsedMode(args)
  // Device time of a live source runs since it was opened, and the wall clock is that of its zero.
  const beganMs = description.live
    ? Date.now() - Math.floor(source.nowMs?.() ?? 0)
    : Math.floor(description.startMs ?? UNKNOWN_START_MS)
  const fromMs = earlier === undefined ? 0 : goesOnAtMs(earlier, beganMs)
  const startMs = beganMs - fromMs
  const timeZone = zoneOf(args, source)
  if (!isTimeZone(timeZone))
    throw new UsageError(`--zone: got "${timeZone}", expected an IANA zone`)
  const given = rehearsal === undefined ? await openConsent(args.text('consent')!) : undefined
  const evening = eveningOf(timeZone, startMs)
  const history =
    rehearsal === undefined ? historyOf(await keptNights(), evening) : REHEARSED_HISTORY
  // A live controller's token rises with every start (rule N27).
  const token = description.live ? Math.floor(beganMs / 1000) : 1
  const fresh: NightHeader = {
    montage: montage.value.montage,
    ...{ startMs, timeZone, offsets: localOffsets(timeZone, startMs), token },
    limits: ABSOLUTE_LIMITS,
    release: await releaseOf(args),
    aim: { kind: 'target' },
    seed: Math.floor(numberOption(args, 'seed', 0, 2 ** 32) ?? 1),
    bedtimeMs: startMs,
    ...wakeOf(args, timeZone, startMs),
    ...(personal === undefined ? {} : { personal }),
    fullScaleDbA: FILE_FULL_SCALE_DBA,
    history,
    rehearsal: rehearsal !== undefined,
  }
  const header = earlier === undefined ? fresh : resumedHeader(fresh, earlier)
  const consent =
    given === undefined ? await throwAway(rehearsal ?? 'natural', startMs) : worded(given)
  const mode = rehearsal ?? consent.consent.terms.mode
  return {
    header,
    montage: montage.value,
    ...{ evening, mode, fromMs },
    notes: given === undefined ? [] : notesOf(given, header, beganMs),
    opening: [
      { kind: 'latency', ...FILE_LATENCY },
      { kind: 'consent', ...consent },
      // A night that goes on is natural until its sleeper asks anew (rules N19, N53).
      ...(earlier === undefined ? [{ kind: 'mode', to: mode, awake: true, ask: 1 } as const] : []),
    ],
  }
}

/** The channels that a call names, by what they are. */
function channelWishes(args: Arguments): Partial<Record<'eeg' | 'eog' | 'emg', string>> {
  return Object.fromEntries(
    (['eeg', 'eog', 'emg'] as const).flatMap((kind) => {
      const label = args.text(kind)
      return label === undefined ? [] : [[kind, label]]
    }),
  )
}

/** Why nothing may act, where that is known beforehand. */
function notesOf(given: OpenedConsent, header: NightHeader, beganMs: number): readonly string[] {
  const { history = {}, timeZone, resumed } = header
  const notes = consentNotes(given, history, beganMs, timeZone)
  if (resumed === undefined) return notes
  const untilWhen = resumed.held === undefined ? 'until it is asked for' : 'to its end'
  return [...notes, `the night goes on where it was lost, natural ${untilWhen}`]
}

/** A rehearsal is no sleeper's night: nothing stands against control but the signal. */
const REHEARSED_HISTORY: History = {
  ...{ nightsInRow: 0, sinceSilent: 0, cleanNights: 2, sinceDistress: 1000, soundWakes: false },
}

/** The mode of `--rehearse`, or undefined where a consent is given; one of the two must be. */
function rehearsedMode(args: Arguments): Mode | undefined {
  const asked = args.text('rehearse')
  if ((asked === undefined) === (args.text('consent') === undefined)) {
    const got = asked === undefined ? 'neither' : 'both'
    throw new UsageError(`--consent, --rehearse: got ${got}, expected one of them`)
  }
  if (asked === undefined) return undefined
  if (asked === 'natural' || asked === 'guidance' || asked === 'control') return asked
  throw new UsageError(`--rehearse: got "${asked}", expected natural, guidance or control`)
}

function worded(opened: OpenedConsent): {
  readonly consent: Consent
  readonly verified: boolean
} {
  return { consent: opened.consent, verified: isActedOn(opened) }
}

/** A consent for one recording, by a key that nobody keeps. */
async function throwAway(
  mode: Mode,
  startMs: number,
): Promise<{ readonly consent: Consent; readonly verified: boolean }> {
  const draft = {
    ...{ mode, actuators: ['sound', 'light', 'cue', 'warmth'] as const, conditions: [] },
    hours: { fromMin: 0, toMin: 0 },
    ...{ validFromMs: startMs - DAY_MS, validUntilMs: startMs + 2 * DAY_MS },
    ...{ ceilings: ABSOLUTE_LIMITS, audience: [] },
  }
  const seed = randomBytes(32).toString('hex')
  return { consent: await signConsent(webcrypto.subtle, draft, seed), verified: true }
}

async function releaseOf(args: Arguments): Promise<Release> {
  const path = args.text('release')
  return path === undefined ? shippedRelease() : (await releaseFile(path)).release
}

/** `--wake 07:00`: the next such time after the start, on the clock of the sleeper's wall. */
function wakeOf(args: Arguments, timeZone: string, startMs: number): { readonly wakeMs?: number } {
  const text = args.text('wake')
  if (text === undefined) return {}
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
  if (hours === undefined) throw new UsageError(`--wake: got "${text}", expected a time like 07:00`)
  const dayS = DAY_MS / 1000
  const localS = wallClockAt(timeZone, startMs)
  const wakeS = Math.floor(localS / dayS) * dayS + (Number(hours) * 60 + Number(minutes)) * 60
  return { wakeMs: momentOfWallClock(timeZone, wakeS > localS ? wakeS : wakeS + dayS).ms }
}
