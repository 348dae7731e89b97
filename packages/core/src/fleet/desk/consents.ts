import type { Mode } from '../../night/governor/mode.ts'
import type { KnownRights } from '../anomaly/autonomy.ts'
import { CLOCK_DRIFT } from '../failsafe/granting.ts'

/** A consent that a device told of; one of several, for what is told late. */
export type KnownConsent = {
  readonly consentId: string
  readonly mode: Mode
  /** Unix time at which it ends by itself, ms; Infinity = none was told. */
  readonly untilWallMs: number
  /** Centre time at which it was given, as far as is known; its first word counts, ms. */
  readonly givenMs: number
  /** The boot and device time of the word that gave it; -1 = a birth said so. */
  readonly boot: number
  readonly atS: number
  /** The boot and device time, s, at which it was withdrawn or followed; -1 = it was not. */
  readonly endBoot: number
  readonly endS: number
}

/** Consents of a device that are kept. */
const MOST_CONSENTS = 4

/**
 * The same consents with one more in force; what was in force ends then, if `at` is given. One that
 * is told again, as at every start of a night, is as old as it was; one that had ended is new.
 */
export function withConsent(
  held: readonly KnownConsent[],
  given: Omit<KnownConsent, 'endBoot' | 'endS'>,
  at?: { readonly boot: number; readonly atS: number },
): KnownConsent[] {
  const { consentId } = given
  const known = held.find((each) => each.consentId === consentId && each.endBoot < 0)
  const givenMs = Math.min(given.givenMs, known?.givenMs ?? given.givenMs)
  const others = held.filter((each) => each.consentId !== consentId)
  const ended = at === undefined ? others : others.map((each) => endedAt(each, at))
  const next = { ...given, givenMs, endBoot: -1, endS: 0 }
  return [...ended, next].slice(-MOST_CONSENTS)
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

/** When a consent was given, ms; NaN for one that is not known. */
export function givenMsOf(held: readonly KnownConsent[], consentId: string): number {
  return held.find((each) => each.consentId === consentId)?.givenMs ?? Number.NaN
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
