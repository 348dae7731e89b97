import { webcrypto } from 'node:crypto'
import {
  type Consent,
  type ConsentDraft,
  STARTING_LIMITS,
  signConsent,
  writeConsent,
} from '@nocturne/core/night'
import { beforeAll, describe, expect, it } from 'vitest'
import { keepOpened, keptConsent, revokeKept, signAndKeep } from './consent-shelf.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 10, 27, 18)
const DRAFT: ConsentDraft = {
  ...{ mode: 'control', actuators: ['sound'], conditions: [], audience: [] },
  ...{ hours: { fromMin: 0, toMin: 0 }, validFromMs: NOW, validUntilMs: NOW + 7 * DAY_MS },
  ceilings: STARTING_LIMITS,
}

let foreign: Consent
beforeAll(async () => {
  foreign = await signConsent(webcrypto.subtle, DRAFT, '07'.repeat(32))
})

async function codeOf(text: string, nowMs = NOW): Promise<string> {
  const opened = await keepOpened(text, nowMs)
  return opened.ok ? 'OK' : opened.problem.code
}

function withOther(part: object): string {
  return JSON.stringify({ ...JSON.parse(writeConsent(foreign)), ...part })
}

describe('the consents of a browser', () => {
  it('what was signed here comes back from its file as this browser’s own', async () => {
    const signed = await signAndKeep(DRAFT)
    expect(signed.own).toBe(true)
    expect(await keepOpened(writeConsent(signed.consent), NOW)).toEqual({ ok: true, value: signed })
    expect(await keptConsent()).toEqual(signed)
  })

  it('what is no consent, or not as it was signed, changes nothing (N10)', async () => {
    const before = await keptConsent()
    expect(await codeOf('')).toBe('CONSENT_SHAPE')
    expect(await codeOf('{"plan":1}')).toBe('CONSENT_SHAPE')
    const louder = { ...foreign.terms, ceilings: { ...STARTING_LIMITS, soundDbA: 60 } }
    expect(await codeOf(withOther({ terms: louder }))).toBe('CONSENT_ID')
    const flipped = foreign.signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))
    expect(await codeOf(withOther({ signature: flipped }))).toBe('CONSENT_SIGNATURE')
    expect(await codeOf(withOther({ signature: '00'.repeat(64) }))).toBe('CONSENT_SIGNATURE')
    expect(await codeOf(writeConsent(foreign), DRAFT.validUntilMs)).toBe('CONSENT_EXPIRED')
    expect(await keptConsent()).toEqual(before)
  })

  it('one that another key signed is taken and not called this browser’s', async () => {
    expect(await codeOf(writeConsent(foreign))).toBe('OK')
    expect(await keptConsent()).toEqual({ consent: foreign, own: false })
  })

  it('one that was taken back is not opened again, also after another came in its place (N15)', async () => {
    expect(await revokeKept(NOW)).toEqual({ consent: foreign, own: false, revokedAtMs: NOW })
    expect(await codeOf(writeConsent(foreign))).toBe('CONSENT_REVOKED')
    const { consent } = await signAndKeep({ ...DRAFT, hours: { fromMin: 60, toMin: 120 } })
    expect(await codeOf(writeConsent(foreign))).toBe('CONSENT_REVOKED')
    expect((await keptConsent())?.consent).toEqual(consent)
  })
})
