import { describeProblem } from '@nocturne/core/math'
import {
  type Actuator,
  type Condition,
  type ConsentDraft,
  type ConsentStanding,
  consentStanding,
  STARTING_LIMITS,
  writeConsent,
} from '@nocturne/core/night'
import { computed, signal } from '@preact/signals'
import { saveText } from '../save-blob.ts'
import {
  canSign,
  type KeptConsent,
  keepOpened,
  keptConsent,
  revokeKept,
  signAndKeep,
} from './consent-shelf.ts'
import { running, sayToNight } from './tonight-state.ts'

const DAY_MS = 86_400_000
/** More than a consent may have: so much of a file is read, and what is longer is refused. */
const LONGEST_FILE_BYTES = 100_000

/** The consent of this browser; undefined before one is signed. */
export const kept = signal<KeptConsent | undefined>(undefined)
/** Whether the browser can sign; undefined until it is known. */
export const signs = signal<boolean | undefined>(undefined)
/** Why signing or opening failed; empty when it did not. */
export const consentTrouble = signal('')
/** Moment for which standings are told, ms since the epoch. */
export const nowMs = signal(Date.now())

/** What is being filled in. */
export const wish = signal<{
  readonly mode: 'guidance' | 'control'
  readonly actuators: readonly Actuator[]
  readonly conditions: readonly Condition[]
  /** `HH:MM` on the sleeper's clocks. */
  readonly from: string
  readonly to: string
  readonly nights: number
  readonly soundDbA: number
}>({
  ...{ mode: 'control', actuators: ['sound'], conditions: [] },
  ...{ from: '22:00', to: '08:00', nights: 14, soundDbA: STARTING_LIMITS.soundDbA },
})

/** The sleeper's zone: this device's. */
export const zone: string = Intl.DateTimeFormat().resolvedOptions().timeZone

/** What would be signed. */
export const draft = computed<ConsentDraft>(() => {
  const { mode, actuators, conditions, from, to, nights, soundDbA } = wish.value
  return {
    ...{ mode, actuators, conditions, audience: [] },
    hours: { fromMin: minuteOf(from), toMin: minuteOf(to) },
    ...{ validFromMs: nowMs.value, validUntilMs: nowMs.value + nights * DAY_MS },
    ceilings: { ...STARTING_LIMITS, soundDbA },
  }
})

/** How the kept consent stands at a moment, ms since the epoch. */
export function standingAt(atMs: number): ConsentStanding | 'revoked' | 'none' {
  const { consent, revokedAtMs } = kept.value ?? {}
  if (consent === undefined) return 'none'
  return revokedAtMs === undefined ? consentStanding(consent, atMs, zone) : 'revoked'
}

/** Looks up what this browser keeps and can do. */
export async function loadConsent(): Promise<void> {
  nowMs.value = minuteNow()
  kept.value = await keptConsent()
  signs.value = await canSign()
}

/** Signs what is on the page, from now on: its begin is when it was signed (F75 of the fleet). */
export async function sign(): Promise<void> {
  consentTrouble.value = ''
  nowMs.value = Date.now()
  try {
    kept.value = await signAndKeep(draft.value)
  } catch (error) {
    consentTrouble.value = `It was not signed: ${String(error)}`
  }
}

/** Hands the consent over as the file that `nocturne consent` reads and writes. */
export function saveConsent(): void {
  const consent = kept.value?.consent
  if (consent === undefined) return
  saveText(`consent-${consent.terms.id}.json`, writeConsent(consent), 'application/json')
}

/** Opens a signed consent from a file. One that is not good changes nothing and is told. */
export async function openConsent(file: File): Promise<void> {
  const unchanged = (why: string): void => {
    consentTrouble.value = `${file.name} was not opened, and nothing has changed: ${why}`
  }
  consentTrouble.value = ''
  if (running.value) return unchanged('a rehearsal is running; end it first')
  try {
    const text = await file.slice(0, LONGEST_FILE_BYTES).text()
    const opened = await keepOpened(text, Date.now())
    if (opened.ok) kept.value = opened.value
    else unchanged(describeProblem(opened.problem))
  } catch (error) {
    unchanged(String(error))
  }
}

/** Takes the consent back: a night that runs under it is silent at once. */
export async function revoke(): Promise<void> {
  consentTrouble.value = ''
  const id = kept.value?.consent.terms.id
  if (id !== undefined) sayToNight({ kind: 'revoke', consentId: id })
  kept.value = await revokeKept(Date.now())
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return (hours * 60 + minutes) % 1440
}

/** The minute that has begun, so that what is read and what is signed name the same one. */
function minuteNow(): number {
  return Math.floor(Date.now() / 60_000) * 60_000
}
