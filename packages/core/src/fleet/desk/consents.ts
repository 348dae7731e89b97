import type { Mode } from '../../night/governor/mode.ts'
import type { KnownRights } from '../anomaly/autonomy.ts'
import { CLOCK_DRIFT } from '../failsafe/granting.ts'
import { CREDENTIAL_S } from '../session/credential.ts'

/** A consent that a device told of; one of several, for what is told late. */
export type KnownConsent = {
  readonly consentId: string
  readonly mode: Mode
  /** Unix time at which it ends by itself, ms; Infinity = none was told. */
  readonly untilWallMs: number
  /** When it was signed, as its device said first, ms; NaN = it did not say. */
  readonly signedMs: number
  /**
   * Centre time at which it was given at the latest, ms: when it was signed, or its first word;
   * -Infinity = a date that cannot be; NaN = it is not known when it was signed.
   */
  readonly givenMs: number
  /** The boot and device time of the word that gave it; -1 = a birth said so. */
  readonly boot: number
  readonly atS: number
  /** The boot and device time, s, at which it was withdrawn or followed; -1 = it was not. */
  readonly endBoot: number
  readonly endS: number
}

/** Consents of a device that are kept. */
export const MOST_CONSENTS = 4

/**
 * The same consents with one more in force; what was in force ends then, if `at` is given. One that
 * is told again, as at every start of a night, or after it ended, is as old as it was: its id is
 * the begin of the digest of what was signed.
 */
export function withConsent(
  held: readonly KnownConsent[],
  given: Omit<KnownConsent, 'endBoot' | 'endS'>,
  at?: { readonly boot: number; readonly atS: number },
): KnownConsent[] {
  const { consentId } = given
  const known = held.find((each) => each.consentId === consentId)
  const others = held.filter((each) => each.consentId !== consentId)
  const ended = at === undefined ? others : others.map((each) => endedAt(each, at))
  const { signedMs, givenMs } = known ? older(known, given) : given
  return [...ended, { ...given, signedMs, givenMs, endBoot: -1, endS: 0 }]
}

/**
 * The same consents, when one of an earlier start was told late: given before it was last heard.
 */
export function withOldDate(
  held: readonly KnownConsent[],
  consentId: string,
  date: ConsentDate,
): KnownConsent[] {
  return held.map((each) =>
    each.consentId === consentId ? { ...each, ...older(each, date) } : each,
  )
}

/** A device may be let in whose clock is ahead by so much, ms: what it signs is no lie by that. */
const CLOCK_AHEAD_MS = CREDENTIAL_S * 1000

/**
 * What a device's word of when a consent was signed is worth: what was signed ten minutes later
 * than it was heard of was signed by a clock that lies, and is given anew after no fall at all; the
 * same for what may be one of those that were forgotten. Rule F75 of SPEC.md.
 */
export function dateOf(
  signedMs: number,
  { saidMs, heardMs, forgottenMs }: DateBounds,
): ConsentDate {
  const canBe = signedMs <= heardMs + CLOCK_AHEAD_MS && signedMs > forgottenMs
  return { signedMs, givenMs: canBe ? Math.min(signedMs, saidMs) : Number.NEGATIVE_INFINITY }
}

/** What nobody dated. */
export const UNDATED: ConsentDate = {
  signedMs: Number.NaN,
  givenMs: Number.NaN,
}

/** When a consent was signed and given. */
type ConsentDate = Pick<KnownConsent, 'signedMs' | 'givenMs'>

/** What the date of a consent is held against, ms. */
type DateBounds = {
  /** When its device said so, at the latest, and when that was heard. */
  readonly saidMs: number
  readonly heardMs: number
  /** When the youngest of those that were forgotten was signed. */
  readonly forgottenMs: number
}

/** The first date counts, and of two bounds the earlier. */
function older(a: ConsentDate, b: ConsentDate): ConsentDate {
  // A state that was written before there were dates has bounds alone.
  if (!Number.isFinite(a.signedMs)) return b
  if (!Number.isFinite(b.signedMs)) return a
  return { signedMs: a.signedMs, givenMs: Math.min(a.givenMs, b.givenMs) }
}

/** The same consents, of which one was withdrawn. */
export function withoutConsent(
  held: readonly KnownConsent[],
  consentId: string,
  at: { readonly boot: number; readonly atS: number },
): KnownConsent[] {
  return held.map((each) => (each.consentId === consentId ? endedAt(each, at) : each))
}

/**
 * What an act of `boot` could rest on: the consent that it names if the device ever told of it,
 * otherwise the newest. `wallOffsetS` is when that boot began, Unix s, 0 = unknown: then a consent
 * has no end but the one that was told.
 */
export function consentOf(
  held: readonly KnownConsent[],
  consentId: string,
  boot: number,
  wallOffsetS: number,
): KnownRights['consent'] {
  const known = held.find((each) => each.consentId === consentId) ?? held.at(-1)
  if (known === undefined) return undefined
  const { endBoot, endS, mode } = known
  let untilS = Number.POSITIVE_INFINITY
  if (wallOffsetS > 0) untilS = known.untilWallMs / 1000 - wallOffsetS
  if (endBoot >= 0 && endBoot < boot) untilS = Number.NEGATIVE_INFINITY
  if (endBoot === boot) untilS = Math.min(untilS, endS)
  return { consentId: known.consentId, mode, untilS }
}

/**
 * When a consent was given, ms: -Infinity where that is not known, so that it is given anew after
 * no fall; NaN for one that is not known itself.
 */
export function givenMsOf(held: readonly KnownConsent[], consentId: string): number {
  const known = held.find((each) => each.consentId === consentId)
  if (known === undefined) return Number.NaN
  return Number.isFinite(known.signedMs) ? known.givenMs : Number.NEGATIVE_INFINITY
}

/**
 * The same consents, when it is found that a boot began no later than `bootMs`: what was told late
 * was given as much earlier, by a clock that is 2 % slow at most.
 */
export function sinceBoot(
  held: readonly KnownConsent[],
  boot: number,
  bootMs: number,
): KnownConsent[] {
  return held.map((each) => {
    if (each.boot !== boot) return each
    const latestMs = bootMs + Math.ceil(each.atS * 1000 * (1 + CLOCK_DRIFT))
    return latestMs < each.givenMs ? { ...each, givenMs: latestMs } : each
  })
}

function endedAt(
  consent: KnownConsent,
  { boot, atS }: { readonly boot: number; readonly atS: number },
): KnownConsent {
  return consent.endBoot >= 0 ? consent : { ...consent, endBoot: boot, endS: atS }
}
