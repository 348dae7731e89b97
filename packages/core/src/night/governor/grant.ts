import { allEnergy, energyOf, minuteOf, PAUSE_MS, WAKE_LASTS_MS } from './action-checks.ts'
import { type Case, hoursEndMs } from './case.ts'
import type { Granted, SoundMemory } from './governor-state.ts'
import { LEASE_MS, type Lease } from './lease.ts'
import type { Turn } from './turn.ts'

/** How long the effect of a lease may take to be confirmed, ms (rule N52). */
const CONFIRMED_WITHIN_MS = { click: 5000, cue: 15_000, fade: 5000, lamp: 10_000, warmth: 60_000 }

/** Makes the lease of a wish that passed every check, and charges what it uses. */
export function grant(turn: Turn, of: Case): Lease {
  const { next } = turn
  const { wish } = of
  const lease = leaseOf(of)
  next.seq = lease.seq
  const others = next.granted.filter((granted) => granted.lease.actuator !== wish.actuator)
  const granted: Granted = Object.freeze({ lease, wish: wish.id })
  next.granted = Object.freeze([...others, granted])
  if (wish.action === 'click' || wish.action === 'cue') next.sound = Object.freeze(charged(of))
  if (wish.action === 'fade') next.fadeDbA = wish.level
  if (wish.action === 'fade') next.sound = Object.freeze({ ...next.sound, energy: allEnergy(of) })
  if (wish.action === 'wake') next.wakeRang = true
  else if (next.actuator.awaited === '') {
    const awaitedUntilMs = wish.startsAtMs + CONFIRMED_WITHIN_MS[wish.action]
    next.actuator = Object.freeze({ ...next.actuator, awaited: lease.id, awaitedUntilMs })
  }
  return lease
}

function leaseOf(of: Case): Lease {
  const { state, wish } = of
  const seq = state.seq + 1
  return Object.freeze({
    ...{ id: `${state.token}.${seq}`, seq, token: state.token },
    issuedAtMs: state.atMs,
    notAfterMs: notAfterMs(of),
    ...{ actuator: wish.actuator, action: wish.action, maxLevel: wish.level },
    fallback: 'natural',
    consentId: wish.action === 'wake' ? 'wake' : state.consent!.id,
    reason: wish.id,
  })
}

/** The soonest of the action's own time and whatever ends the right to act; whole ms. */
function notAfterMs(of: Case): number {
  const { state, atMs, wish, wakeAtMs, facts } = of
  const ownMs = atMs + LEASE_MS[wish.action]
  if (wish.action === 'wake') return Math.min(ownMs, wakeAtMs + WAKE_LASTS_MS)
  const isShort = wish.action === 'fade' || wish.action === 'lamp'
  const askedMs = isShort ? wish.startsAtMs + wish.durationMs : ownMs
  const consentEndMs = atMs + (state.consent!.validUntilMs - facts.wallMs!)
  const endMs = Math.min(ownMs, askedMs, consentEndMs, hoursEndMs(of))
  return Math.floor(atMs < wakeAtMs ? Math.min(endMs, wakeAtMs) : endMs)
}

function charged(of: Case): SoundMemory {
  const { state, wish } = of
  const { sound } = state
  const energy = energyOf(of)
  const minute = minuteOf(of)
  const passed = Math.min(sound.minutes.length, minute - sound.minute)
  const emptied: number[] = new Array<number>(passed).fill(0)
  const minutes = [...emptied, ...sound.minutes].slice(0, sound.minutes.length)
  minutes[0]! += energy
  const isTrain = wish.startsAtMs - sound.lastStartMs < PAUSE_MS
  return {
    energy: sound.energy + energy,
    minutes: Object.freeze(minutes),
    minute,
    stimulatedMin: sound.stimulatedMin + (passed > 0 ? 1 : 0),
    levelDbA: wish.level,
    levelSinceMs: wish.level === sound.levelDbA ? sound.levelSinceMs : state.atMs,
    lastStartMs: wish.startsAtMs,
    train: isTrain ? sound.train + 1 : 1,
    cues: sound.cues + (wish.action === 'cue' ? 1 : 0),
  }
}
