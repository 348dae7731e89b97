import { zonedText } from '@nocturne/core/math'
import { consentStanding, type History } from '@nocturne/core/night'
import type { OpenedConsent } from './consent-shelf.ts'

/** Clean nights before control (rule N20). */
const CLEAN_NIGHTS = 2

/**
 * Why a consent will let nothing happen in a night that starts at a moment, in words, with the
 * rule; empty when it may. Said before the night, so that nobody lies down for nothing.
 */
export function consentNotes(
  { consent, signature, revoked }: OpenedConsent,
  history: History,
  startMs: number,
  zone: string,
): string[] {
  const notes: string[] = []
  if (signature === 'bad') notes.push('the signature of the consent is not good (N10)')
  if (signature === 'other') {
    notes.push(
      "the consent was not signed with the key of this machine's sleeper, or one that was " +
        'trusted by nocturne consent trust (N10)',
    )
  }
  if (revoked) notes.push('the consent was taken back (N15)')
  const standing = consentStanding(consent, startMs, zone)
  const start = zonedText(zone, startMs).slice(0, 16)
  if (standing === 'not-yet') notes.push(`the consent begins after ${start} (N11)`)
  if (standing === 'expired') notes.push(`the consent ended before ${start} (N11)`)
  if (standing === 'out-of-hours') notes.push(`${start} is outside its hours (N12)`)
  if (consent.terms.mode === 'control') notes.push(...earned(history))
  return notes.map((note) => `nothing may act: ${note}`)
}

function earned({ cleanNights }: History): string[] {
  if (cleanNights === undefined) {
    return ['tonight began before, or the list of nights ends later than tonight (N53)']
  }
  if (cleanNights >= CLEAN_NIGHTS) return []
  return [`control comes after ${CLEAN_NIGHTS} clean nights, ${cleanNights} so far (N20)`]
}
