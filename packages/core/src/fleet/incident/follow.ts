import type { FollowerAlarm, Naming } from './naming.ts'

/** Without a word of a device in a night for so long its followers are warned, ms. */
const STALE_WARN_MS = 900_000

/** The same, urgently, ms. */
const STALE_URGENT_MS = 1_800_000

/** An alarm that nobody snoozed sounds again after so long, ms. */
const SOUND_AGAIN_MS = 300_000

/** Shortest and longest snooze, min. */
const SNOOZE_MIN: readonly [number, number] = [15, 120]

/** Followers of one sleeper. */
const MOST_FOLLOWERS = 8

/** Followers of whom it is kept by name until when their namings are over. */
const MOST_ENDED = 16

/** A naming may be signed by a clock that is ahead of the centre's by so much, ms. */
export const NAMING_CLOCK_MS: number = 300_000

/** Heart rates further apart are no evidence without a break, ms. */
const MOST_GAP_MS = 120_000

/** How pressing an alarm is. */
export type AlarmLevel = 'warn' | 'urgent'

/** What is known of a followed night. */
export type Follow = {
  readonly device: string
  readonly followers: readonly Naming[]
  /** Whether a night is going on, in which silence is a sign. */
  readonly isNight: boolean
  /** When the device was last heard of; the night's begin counts. */
  readonly heardMs: number
  /** Heart rates one after another since when, for each follower by place, outside the range. */
  readonly outside: readonly Span[]
  /** What makes the device unsafe just now. */
  readonly unsafe: readonly SafetyCause[]
  readonly sounding: readonly Sounding[]
  /** Namings of a follower that were signed by then are over, ms; the oldest first. */
  readonly ended: readonly Ended[]
  /** The same for whoever is not among these. */
  readonly endedMs: number
}

type Ended = { readonly follower: string; readonly ms: number }

type Span = { readonly fromMs: number; readonly toMs: number } | undefined

/** What is told as a matter of safety. */
export type SafetyCause = 'stopped-by-sleeper' | 'fault' | 'act-outside-consent' | 'distress'

type Sounding = {
  readonly follower: string
  readonly alarm: FollowerAlarm
  readonly level: AlarmLevel
  readonly sinceMs: number
  readonly soundedMs: number
  readonly snoozedUntilMs: number
}

/** What the alarms of a followed night hear of. `atMs` is the centre's wall clock. */
export type FollowInput = {
  readonly atMs: number
} /** A naming, and whether its signature was found good. */ & (
  | { readonly kind: 'named'; readonly naming: Naming; readonly verified: boolean }
  | { readonly kind: 'unnamed'; readonly follower: string }
  | { readonly kind: 'night'; readonly begins: boolean }
  /** The device was heard of, with a heart rate (1/min) if it had one, NaN otherwise. */
  | { readonly kind: 'heard'; readonly heartRate: number }
  | { readonly kind: 'safety'; readonly cause: SafetyCause; readonly begins: boolean }
  | {
      readonly kind: 'snooze'
      readonly follower: string
      readonly alarm: FollowerAlarm
      readonly minutes: number
    }
  | { readonly kind: 'tick' }
)

/** What goes out to followers. */
export type FollowEffect =
  | {
      readonly kind: 'alarm'
      readonly device: string
      readonly follower: string
      readonly alarm: FollowerAlarm
      readonly level: AlarmLevel
      readonly sinceMs: number
      readonly again: boolean
    }
  | {
      readonly kind: 'over'
      readonly device: string
      readonly follower: string
      readonly alarm: FollowerAlarm
    }
  | { readonly kind: 'refused'; readonly why: FollowRefused }

/** Why it is not done: `ended` is a naming that is over, or older than the one that holds. */
export type FollowRefused = 'not-signed' | 'ended' | 'full' | 'no-alarm' | 'minutes'

type Step = { readonly state: Follow; readonly effects: readonly FollowEffect[] }

/** A device that nobody follows yet; namings that were signed until `endedMs` do not count. */
export function startFollow(device: string, endedMs: number): Follow {
  return {
    ...{ device, followers: [], isNight: false, heardMs: 0 },
    ...{ outside: [], unsafe: [], sounding: [], ended: [], endedMs },
  }
}

/**
 * One step of a followed night, a function of the state and the input alone. In a night a device
 * that is silent is an alarm (15 and 30 min), for the centre counts and the device need send
 * nothing; a heart rate is one only after minutes outside the range without a break. An alarm
 * sounds again every 5 min while it lasts, a snooze of 15 to 120 min only puts it off, and one that
 * becomes urgent breaks it. Rule F59 of SPEC.md. A naming that ended, or was replaced, never counts
 * again: rule F83.
 */
export function followerStep(state: Follow, input: FollowInput): Step {
  const { atMs } = input
  switch (input.kind) {
    case 'named':
      return named(state, input)
    case 'unnamed': {
      const { follower } = input
      const left = withFollowers(state, (one) => one.follower !== follower)
      return judged(withEnded(left, [{ follower, ms: atMs }]), atMs)
    }
    case 'night': {
      const outside = state.followers.map(() => undefined)
      return judged({ ...state, isNight: input.begins, heardMs: atMs, outside }, atMs)
    }
    case 'heard':
      return judged(heard(state, input), atMs)
    case 'safety': {
      const others = state.unsafe.filter((cause) => cause !== input.cause)
      return judged({ ...state, unsafe: input.begins ? [...others, input.cause] : others }, atMs)
    }
    case 'snooze':
      return snoozed(state, input)
    case 'tick':
      return judged(state, atMs)
  }
}

function named(
  state: Follow,
  { naming, verified, atMs }: Extract<FollowInput, { kind: 'named' }>,
): Step {
  const isAhead = naming.givenMs > atMs + NAMING_CLOCK_MS
  if (!verified || isAhead || naming.device !== state.device || !(naming.untilMs > atMs)) {
    return { state, effects: [{ kind: 'refused', why: 'not-signed' }] }
  }
  const place = state.followers.findIndex(({ follower }) => follower === naming.follower)
  const held = state.followers[place]
  if (held?.signature === naming.signature) return judged(state, atMs)
  if (naming.givenMs <= Math.max(held?.givenMs ?? -1, endedMsOf(state, naming))) {
    return { state, effects: [{ kind: 'refused', why: 'ended' }] }
  }
  if (place < 0 && state.followers.length >= MOST_FOLLOWERS) {
    return { state, effects: [{ kind: 'refused', why: 'full' }] }
  }
  const at = place < 0 ? state.followers.length : place
  const followers = [...state.followers]
  followers[at] = naming
  const outside: Span[] = followers.map((_, i) => (i === at ? undefined : state.outside[i]))
  return judged({ ...state, followers, outside }, atMs)
}

function heard(
  state: Follow,
  { heartRate, atMs }: Extract<FollowInput, { kind: 'heard' }>,
): Follow {
  const outside = state.followers.map(({ outside: { from, to } }, i): Span => {
    const span = state.outside[i]
    // A number that is missing is no evidence, and by itself ends none.
    if (Number.isNaN(heartRate)) return span
    if (heartRate >= from && heartRate <= to) return undefined
    const goesOn = span !== undefined && atMs - span.toMs <= MOST_GAP_MS
    return { fromMs: goesOn ? span.fromMs : atMs, toMs: atMs }
  })
  return { ...state, heardMs: atMs, outside }
}

function snoozed(
  state: Follow,
  { follower, alarm, minutes, atMs }: Extract<FollowInput, { kind: 'snooze' }>,
): Step {
  const [least, most] = SNOOZE_MIN
  if (!(minutes >= least && minutes <= most)) {
    return { state, effects: [{ kind: 'refused', why: 'minutes' }] }
  }
  const isIt = (one: Sounding): boolean => one.follower === follower && one.alarm === alarm
  if (!state.sounding.some(isIt)) return { state, effects: [{ kind: 'refused', why: 'no-alarm' }] }
  const sounding = state.sounding.map((one) =>
    isIt(one) ? { ...one, snoozedUntilMs: atMs + minutes * 60_000 } : one,
  )
  return { state: { ...state, sounding }, effects: [] }
}

/** Until when a follower's namings are over. */
function endedMsOf({ ended, endedMs }: Follow, { follower }: Naming): number {
  return ended.find((one) => one.follower === follower)?.ms ?? endedMs
}

/** Some namings are over. Whoever is forgotten by name counts for everybody. */
function withEnded(state: Follow, over: readonly Ended[]): Follow {
  let { ended, endedMs } = state
  for (const { follower, ms } of over) {
    const before = ended.find((one) => one.follower === follower)?.ms ?? endedMs
    const others = ended.filter((one) => one.follower !== follower)
    ended = [...others, { follower, ms: Math.max(before, ms) }]
  }
  for (const { ms } of ended.slice(0, -MOST_ENDED)) endedMs = Math.max(endedMs, ms)
  return { ...state, ended: ended.slice(-MOST_ENDED), endedMs }
}

/** Compares what should sound with what does. */
function judged(before: Follow, atMs: number): Step {
  const state = withFollowers(before, ({ untilMs }) => untilMs > atMs)
  const effects: FollowEffect[] = []
  const sounding: Sounding[] = []
  for (const [place, naming] of state.followers.entries()) {
    for (const alarm of naming.alarms) {
      const level = levelOf(state, place, alarm, atMs)
      const { follower } = naming
      const held = state.sounding.find((one) => one.follower === follower && one.alarm === alarm)
      const told = { device: state.device, follower, alarm }
      if (level === undefined) {
        if (held) effects.push({ kind: 'over', ...told })
        continue
      }
      const isWorse = held !== undefined && level === 'urgent' && held.level === 'warn'
      const isDue =
        held !== undefined && atMs >= held.snoozedUntilMs && atMs - held.soundedMs >= SOUND_AGAIN_MS
      const sounds = held === undefined || isWorse || isDue
      const sinceMs = held?.sinceMs ?? atMs
      sounding.push({
        ...{ follower, alarm, level, sinceMs },
        soundedMs: sounds ? atMs : held.soundedMs,
        snoozedUntilMs: isWorse ? 0 : (held?.snoozedUntilMs ?? 0),
      })
      if (sounds)
        effects.push({ kind: 'alarm', ...told, level, sinceMs, again: held !== undefined })
    }
  }
  return { state: { ...state, sounding }, effects }
}

function levelOf(
  { isNight, heardMs, followers, outside, unsafe }: Follow,
  place: number,
  alarm: FollowerAlarm,
  atMs: number,
): AlarmLevel | undefined {
  if (alarm === 'safety') return unsafe.length > 0 ? 'urgent' : undefined
  if (!isNight) return undefined
  if (alarm === 'stale') {
    const silentMs = atMs - heardMs
    if (silentMs < STALE_WARN_MS) return undefined
    return silentMs < STALE_URGENT_MS ? 'warn' : 'urgent'
  }
  const span = outside[place]
  const needMs = followers[place]!.outside.forMin * 60_000
  return span !== undefined && span.toMs - span.fromMs >= needMs ? 'warn' : undefined
}

function withFollowers(state: Follow, stays: (naming: Naming) => boolean): Follow {
  if (state.followers.every(stays)) return state
  const followers = state.followers.filter(stays)
  const over = state.followers.filter((one) => !stays(one))
  const marked = withEnded(
    state,
    over.map(({ follower, givenMs }) => ({ follower, ms: givenMs })),
  )
  if (followers.length === 0) {
    return { ...startFollow(state.device, marked.endedMs), ended: marked.ended }
  }
  const names = new Set(followers.map(({ follower }) => follower))
  return {
    ...{ ...marked, followers },
    outside: state.outside.filter((_, i) => stays(state.followers[i]!)),
    sounding: state.sounding.filter(({ follower }) => names.has(follower)),
  }
}
