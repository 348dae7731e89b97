import type { Actuator } from '../governor/lease.ts'
import type { LimitName } from '../governor/limits.ts'
import type { LoopEvent } from './event.ts'
import type { GateCode } from './gate-reason.ts'
import type { NightHeader } from './header.ts'
import type { NightMoment } from './moment.ts'
import type { ParameterName } from './release.ts'
import { askUnaimed, type Standing, wantNothing } from './unaimed.ts'

/** What a fade is made of: of noise, or of a lamp. */
type FadeKind = {
  readonly actuator: Extract<Actuator, 'sound' | 'light'>
  readonly action: 'fade' | 'lamp'
  readonly begins: ParameterName
  readonly ceiling: LimitName
  /** From the begin of a piece to that of the next, and how long a piece lasts, ms. */
  readonly everyMs: number
  readonly lastsMs: number
  /** The level of a piece, of the first level, when this part of the fade has passed (0 to 1). */
  readonly levelAt: (first: number, part: number) => number
}

/** One fade of a night: not begun, going on, or over for the night. */
type Fade = {
  readonly kind: FadeKind
  readonly standing: Standing
  stage: 'due' | 'on' | 'over'
  firstLevel: number
  startMs: number
  pieces: number
  leaseId: string
}

/** The bedtime fades of a night, sound and light, each by itself. */
export type BedtimeCourse = { readonly fades: readonly Fade[] }

/** Noise falls so far in dB, steadily: to below the quiet of a bedroom. */
const SOUND_FALL_DB = 24
/** A fade that could not begin until so long after it was due does not begin tonight, ms. */
const LATEST_MS = 900_000
/** From the first wish to the first piece, and how long before its time the next is asked, ms. */
const AHEAD_MS = 200
const ASK_AHEAD_MS = 1600

const SOUND: FadeKind = {
  ...{ actuator: 'sound', action: 'fade', begins: 'fadeSoundDb', ceiling: 'soundDbA' },
  // A second longer than its turn: pieces come and go within that second, into each other.
  ...{ everyMs: 10_000, lastsMs: 11_000 },
  levelAt: (first, part) => Math.max(0, first - SOUND_FALL_DB * part),
}
const LIGHT: FadeKind = {
  ...{ actuator: 'light', action: 'lamp', begins: 'fadeLightLux', ceiling: 'lightMelanopicLux' },
  ...{ everyMs: 15_000, lastsMs: 20_000 },
  // The eye sees the square root, about: so the lamp seems to fall steadily.
  levelAt: (first, part) => first * (1 - part) * (1 - part),
}

/** What the wishes of a bedtime fade are called, and so the reason in its leases. */
const NAME = 'bedtime'

/** Whether a lease is a piece of a bedtime fade, by its reason. */
export function isBedtimeFade({ reason }: { readonly reason: string }): boolean {
  return reason.startsWith(`${NAME}-`)
}

/** Nothing has begun; in a night that goes on after a restart nothing does (rule N78). */
export function newBedtimeCourse({ resumed }: NightHeader): BedtimeCourse {
  const fadeOf = (kind: FadeKind): Fade => ({
    ...{ kind, standing: { code: '' }, stage: resumed === undefined ? 'due' : 'over' },
    ...{ firstLevel: Number.NaN, startMs: Number.NaN, pieces: 0, leaseId: '' },
  })
  return { fades: [fadeOf(SOUND), fadeOf(LIGHT)] }
}

/**
 * Once a second: soft noise and a dim lamp that fall while the sleeper falls asleep, where release
 * and consent have them. Each is a series of short leases, every one softer than the one before. It
 * ends at its fixed end, when stable sleep is seen, with the first refusal and with whatever ends
 * its lease, and never begins again that night. What is unknown begins nothing and ends nothing: it
 * goes on falling. Rules N78 and N79.
 */
export function bedtimeDecisions(
  { fades }: BedtimeCourse,
  moment: NightMoment,
  events: LoopEvent[],
): void {
  for (const fade of fades) {
    if (fade.stage === 'due') begin(fade, moment, events)
    else if (fade.stage === 'on') goOn(fade, moment, events)
  }
}

function begin(fade: Fade, moment: NightMoment, events: LoopEvent[]): void {
  const { actuator, begins, ceiling } = fade.kind
  const { header, facts, governor, atMs, seen } = moment
  const { consent, limits } = governor.state
  const wanted = header.release.parameters[begins]
  // A release from before there were fades does not name it.
  if (!(wanted > 0) || consent?.actuators.includes(actuator) !== true) return
  const dueMs = Math.max(0, facts.bedtimeAtMs ?? Number.NaN)
  if (!(atMs >= dueMs)) return
  if (atMs > dueMs + LATEST_MS || seen.sleepOnset !== undefined || isAsleep(moment)) {
    end(fade, 'FADE_MISSED', moment, events)
    return
  }
  fade.firstLevel = Math.min(wanted, limits[ceiling], consent.ceilings[ceiling])
  fade.startMs = atMs + AHEAD_MS
  if (ask(fade, moment, events)) fade.stage = 'on'
  // A lamp that is not there will not come tonight; another refusal may be over in a second.
  else if (fade.standing.code === 'NO_LAMP') fade.stage = 'over'
}

function goOn(fade: Fade, moment: NightMoment, events: LoopEvent[]): void {
  const { governor, atMs } = moment
  const isHeld = governor.state.granted.some(({ lease }) => lease.id === fade.leaseId)
  if (!isHeld) end(fade, 'FADE_ENDED', moment, events)
  else if (isAsleep(moment)) end(fade, 'FADE_ASLEEP', moment, events)
  else if (atMs >= nextMs(fade) - ASK_AHEAD_MS) {
    if (fade.pieces >= piecesOf(fade, moment)) end(fade, 'FADE_OVER', moment, events)
    else if (!ask(fade, moment, events)) fade.stage = 'over'
  }
}

/** Asks for the next piece, at the moment at which its turn comes. */
function ask(fade: Fade, moment: NightMoment, events: LoopEvent[]): boolean {
  const { kind, pieces, firstLevel, standing } = fade
  const { actuator, action, lastsMs: durationMs } = kind
  const level = kind.levelAt(firstLevel, pieces / piecesOf(fade, moment))
  const aheadMs = Math.max(0, nextMs(fade) - moment.atMs)
  const id = `${NAME}-${actuator}-${pieces}`
  const wish = { id, actuator, action, level, durationMs, aheadMs }
  const lease = askUnaimed(standing, moment, wish, events)
  if (lease === undefined) return false
  fade.leaseId = lease.id
  fade.pieces++
  return true
}

function nextMs({ startMs, pieces, kind }: Fade): number {
  return startMs + pieces * kind.everyMs
}

/** As many pieces as end within the fade's time; one at least. */
function piecesOf({ kind }: Fade, { header }: NightMoment): number {
  const { everyMs, lastsMs } = kind
  return Math.floor((header.release.parameters.fadeMin * 60_000 - lastsMs) / everyMs) + 1
}

/** Sleep of N2 or N3 that the governor has counted without a break; unknown is no sleep. */
function isAsleep({ governor, header, atMs }: NightMoment): boolean {
  const sinceMs = atMs - governor.state.sleep.nremSinceMs
  return sinceMs >= header.release.parameters.fadeAsleepS * 1000
}

function end(fade: Fade, code: GateCode, moment: NightMoment, events: LoopEvent[]): void {
  fade.stage = 'over'
  wantNothing(code, moment, events)
}
