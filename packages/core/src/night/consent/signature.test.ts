import { webcrypto } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { STARTING_LIMITS } from '../governor/guardrail.ts'
import type { Consent, ConsentDraft } from './consent.ts'
import { publicKeyOf } from './ed25519.ts'
import { consentBytes, consentId, signConsent, verifyConsent } from './signature.ts'

const { subtle } = webcrypto
const FROM = Date.UTC(2026, 10, 27, 18)

/** RFC 8032, section 7.1, tests 1 and 2. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
const OTHER_SEED = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'

const DRAFT: ConsentDraft = {
  mode: 'control',
  actuators: ['sound'],
  conditions: [],
  hours: { fromMin: 22 * 60, toMin: 7 * 60 },
  validFromMs: FROM,
  validUntilMs: FROM + 30 * 86_400_000,
  ceilings: STARTING_LIMITS,
  audience: [{ who: 'Dr. Müller', sees: ['summary'] }],
}

describe('the signature of a consent (N10)', () => {
  it('the key of RFC 8032 test 1 gives the public key printed there', async () => {
    expect(await publicKeyOf(subtle, SEED)).toBe(PUBLIC)
  })

  it('the empty text signed with it gives the signature printed there', async () => {
    // The engine under the injected interface is the one that is tested here.
    const pkcs8 = Buffer.from(`302e020100300506032b657004220420${SEED}`, 'hex')
    const key = await subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign'])
    const signature = Buffer.from(await subtle.sign('Ed25519', key, new Uint8Array()))
    expect(signature.toString('hex')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155' +
        '5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    )
  })

  it('a consent that its sleeper signed is good, and signing it again gives the same', async () => {
    const consent = await signConsent(subtle, DRAFT, SEED)
    expect(consent.signer).toBe(PUBLIC)
    expect(await verifyConsent(subtle, consent, PUBLIC)).toBe(true)
    expect(await signConsent(subtle, DRAFT, SEED)).toEqual(consent)
  })

  it('what is signed is the canonical text, byte for byte', () => {
    const text = new TextDecoder().decode(consentBytes(DRAFT, PUBLIC))
    expect(text).toBe(
      'nocturne consent 1\n' +
        '{"actuators":["sound"],"audience":[{"sees":["summary"],"who":"Dr. M\\u00fcller"}],' +
        '"ceilings":{"lightMelanopicLux":1,"soundDbA":45,"soundLaeqDbA":27,"stimulationMin":120,' +
        '"warmthC":34},"conditions":[],"hours":{"fromMin":1320,"toMin":420},"mode":"control",' +
        `"signer":"${PUBLIC}","validFromMs":1795802400000,"validUntilMs":1798394400000}`,
    )
  })

  it('any change of what was signed makes it bad, with its id made good or not', async () => {
    const consent = await signConsent(subtle, DRAFT, SEED)
    const changes: Partial<ConsentDraft>[] = [
      { mode: 'guidance' },
      { actuators: ['sound', 'cue'] },
      { conditions: ['tinnitus'] },
      { hours: { fromMin: 22 * 60, toMin: 8 * 60 } },
      { validFromMs: FROM - 1 },
      { validUntilMs: FROM + 1 },
      { ceilings: { ...STARTING_LIMITS, soundDbA: 46 } },
      { audience: [{ who: 'Dr. Muller', sees: ['summary'] }] },
    ]
    for (const change of changes) {
      const draft = { ...DRAFT, ...change }
      const { audience, ...terms } = draft
      const kept: Consent = { ...consent, terms: { ...terms, id: consent.terms.id }, audience }
      expect(await verifyConsent(subtle, kept, PUBLIC)).toBe(false)
      const id = consentId(draft, PUBLIC)
      expect(await verifyConsent(subtle, { ...kept, terms: { ...terms, id } }, PUBLIC)).toBe(false)
    }
  })

  it('a tampered byte of the signature makes it bad, each of the 64', async () => {
    const consent = await signConsent(subtle, DRAFT, SEED)
    for (let at = 0; at < 128; at += 2) {
      const digit = (Number.parseInt(consent.signature[at]!, 16) ^ 1).toString(16)
      const signature = consent.signature.slice(0, at) + digit + consent.signature.slice(at + 1)
      expect(await verifyConsent(subtle, { ...consent, signature }, PUBLIC)).toBe(false)
    }
  })

  it('a consent that another person signed is bad for this sleeper', async () => {
    const other = await signConsent(subtle, DRAFT, OTHER_SEED)
    expect(await verifyConsent(subtle, other, other.signer)).toBe(true)
    expect(await verifyConsent(subtle, other, PUBLIC)).toBe(false)
    expect(await verifyConsent(subtle, { ...other, signer: PUBLIC }, PUBLIC)).toBe(false)
  })

  it('a signature that is no 64 bytes of lower-case hexadecimal is bad, and no error', async () => {
    const consent = await signConsent(subtle, DRAFT, SEED)
    for (const signature of ['', consent.signature.slice(2), consent.signature.toUpperCase()]) {
      expect(await verifyConsent(subtle, { ...consent, signature }, PUBLIC)).toBe(false)
    }
  })

  it('a private key that is none is refused in words', async () => {
    await expect(signConsent(subtle, DRAFT, 'abc')).rejects.toThrow('64 hexadecimal digits')
  })
})
