import { webcrypto } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { STARTING_LIMITS } from '../governor/guardrail.ts'
import type { Consent } from './consent.ts'
import { checkDraft, readConsent, writeConsent } from './read-consent.ts'
import { signConsent } from './signature.ts'

const FROM = Date.UTC(2026, 10, 27, 18)
const DRAFT = {
  mode: 'control',
  actuators: ['sound', 'cue'],
  conditions: [],
  hours: { fromMin: 22 * 60, toMin: 7 * 60 },
  validFromMs: FROM,
  validUntilMs: FROM + 30 * 86_400_000,
  ceilings: STARTING_LIMITS,
  audience: [{ who: 'Zoë', sees: ['summary', 'alarms'] }],
} as const

let consent: Consent
beforeAll(async () => {
  consent = await signConsent(webcrypto.subtle, DRAFT, '01'.repeat(32))
})

function codeOf(text: string): string {
  const read = readConsent(text)
  return read.ok ? 'OK' : `${read.problem.code} ${read.problem.where}`
}

/** The file with one part of it other. */
function changed(change: (document: Record<string, never>) => void): string {
  const document = JSON.parse(writeConsent(consent))
  change(document)
  return JSON.stringify(document)
}

describe('a consent as a file', () => {
  it('is ASCII and comes back as it was written', () => {
    const text = writeConsent(consent)
    expect(text).toMatch(/^[\n\x20-\x7e]+$/)
    expect(text).toContain('Zo\\u00eb')
    expect(readConsent(text)).toEqual({ ok: true, value: consent })
  })

  it('a file that is no JSON object, or too long, is refused', () => {
    for (const text of ['', 'null', '[]', '3', '{', ' '.repeat(70_000)]) {
      expect(codeOf(text)).toBe('CONSENT_SHAPE consent')
    }
  })

  it('a field that is missing or unknown is named', () => {
    const { signer, ...rest } = JSON.parse(writeConsent(consent))
    expect(codeOf(JSON.stringify(rest))).toBe('CONSENT_SHAPE signer')
    expect(codeOf(JSON.stringify({ ...rest, signer, force: true }))).toBe('CONSENT_SHAPE force')
    const extra = changed(({ terms }: Record<string, Record<string, unknown>>) => {
      terms!.force = true
    })
    expect(codeOf(extra)).toBe('CONSENT_SHAPE terms.force')
  })

  it('another format, version, key or signature is refused', () => {
    const with_ = (name: string, value: unknown): string =>
      codeOf(JSON.stringify({ ...JSON.parse(writeConsent(consent)), [name]: value }))
    expect(with_('format', 'x')).toBe('CONSENT_SHAPE format')
    expect(with_('version', 2)).toBe('CONSENT_SHAPE format')
    expect(with_('signer', 'AB')).toBe('CONSENT_SHAPE signer')
    expect(with_('signer', 7)).toBe('CONSENT_SHAPE signer')
    expect(with_('signature', 'z'.repeat(128))).toBe('CONSENT_SHAPE signature')
    expect(with_('terms', 1)).toBe('CONSENT_SHAPE terms')
  })

  it('terms that were changed no longer fit their id', () => {
    const longer = changed(({ terms }: Record<string, Record<string, unknown>>) => {
      terms!.hours = { fromMin: 0, toMin: 0 }
    })
    expect(codeOf(longer)).toBe('CONSENT_ID terms.id')
  })
})

describe('what may be consented to', () => {
  const codeOfDraft = (over: Record<string, unknown>): string => {
    const checked = checkDraft({ ...DRAFT, ...over })
    return checked.ok ? 'OK' : `${checked.problem.code} ${checked.problem.where}`
  }

  it('a consent lasts at most thirty nights (N11)', () => {
    const day = 86_400_000
    expect(codeOfDraft({ validUntilMs: FROM + 30 * day })).toBe('OK')
    expect(codeOfDraft({ validUntilMs: FROM + 30 * day + 1 })).toMatch(/^CONSENT_BOUNDS/)
    expect(codeOfDraft({ validUntilMs: FROM })).toMatch(/^CONSENT_BOUNDS/)
    expect(codeOfDraft({ validUntilMs: FROM + 0.5 })).toMatch(/^CONSENT_BOUNDS/)
    expect(codeOfDraft({ validFromMs: 'now' })).toMatch(/^CONSENT_BOUNDS/)
  })

  it('each ceiling is whole and within its absolute guardrail (N14)', () => {
    const ceiling = (name: string, value: unknown): string =>
      codeOfDraft({ ceilings: { ...STARTING_LIMITS, [name]: value } })
    expect(ceiling('soundDbA', 60)).toBe('OK')
    expect(ceiling('soundDbA', 61)).toBe('CONSENT_BOUNDS terms.ceilings.soundDbA')
    expect(ceiling('soundLaeqDbA', 31)).toBe('CONSENT_BOUNDS terms.ceilings.soundLaeqDbA')
    expect(ceiling('lightMelanopicLux', 11)).toMatch('lightMelanopicLux')
    expect(ceiling('warmthC', 41)).toMatch('warmthC')
    expect(ceiling('stimulationMin', 241)).toMatch('stimulationMin')
    expect(ceiling('stimulationMin', 1.5)).toMatch('stimulationMin')
    expect(ceiling('other', 1)).toBe('CONSENT_SHAPE terms.ceilings')
    expect(codeOfDraft({ ceilings: undefined })).toBe('CONSENT_SHAPE terms.ceilings')
  })

  it('modes, actuators, conditions, hours and audience are of the known words', () => {
    expect(codeOfDraft({ mode: 'natural' })).toBe('CONSENT_SHAPE terms.mode')
    expect(codeOfDraft({ mode: undefined })).toBe('CONSENT_SHAPE terms.mode')
    expect(codeOfDraft({ actuators: ['laser'] })).toBe('CONSENT_SHAPE terms.actuators')
    expect(codeOfDraft({ actuators: ['cue', 'cue'] })).toBe('CONSENT_SHAPE terms.actuators')
    expect(codeOfDraft({ actuators: 'cue' })).toBe('CONSENT_SHAPE terms.actuators')
    expect(codeOfDraft({ conditions: ['gout'] })).toBe('CONSENT_SHAPE terms.conditions')
    expect(codeOfDraft({ hours: { fromMin: 0, toMin: 1440 } })).toBe('CONSENT_SHAPE terms.hours')
    expect(codeOfDraft({ hours: { fromMin: -1, toMin: 4 } })).toBe('CONSENT_SHAPE terms.hours')
    expect(codeOfDraft({ hours: { fromMin: 0.5, toMin: 4 } })).toBe('CONSENT_SHAPE terms.hours')
    expect(codeOfDraft({ hours: [] })).toBe('CONSENT_SHAPE terms.hours')
    expect(codeOfDraft({ hours: { fromMin: 0 } })).toBe('CONSENT_SHAPE terms.hours')
    const who = (entry: unknown): string => codeOfDraft({ audience: [entry] })
    expect(who({ who: 'Ana', sees: ['dreams'] })).toBe('CONSENT_SHAPE audience')
    expect(who({ who: '', sees: [] })).toBe('CONSENT_SHAPE audience')
    expect(who({ who: 'x'.repeat(101), sees: [] })).toBe('CONSENT_SHAPE audience')
    expect(who({ who: 7, sees: [] })).toBe('CONSENT_SHAPE audience')
    expect(who({ who: 'Ana' })).toBe('CONSENT_SHAPE audience')
    expect(who('Ana')).toBe('CONSENT_SHAPE audience')
    expect(codeOfDraft({ audience: 'all' })).toBe('CONSENT_SHAPE audience')
    const crowd = new Array(33).fill({ who: 'Ana', sees: [] })
    expect(codeOfDraft({ audience: crowd })).toBe('CONSENT_SHAPE audience')
  })
})
