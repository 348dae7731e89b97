import { fail, ok, type Result } from '../../math/result.ts'
import { GUARDRAILS, standing } from '../governor/guardrail.ts'
import { LIMIT_NAMES } from '../governor/limits.ts'
import { BARRED_BY, LONGEST_CONSENT_MS } from '../governor/terms.ts'
import type { Consent, ConsentDraft } from './consent.ts'
import { consentId } from './signature.ts'

/** Why a consent was not taken. */
export type ConsentCode = 'CONSENT_SHAPE' | 'CONSENT_BOUNDS' | 'CONSENT_ID'

const FORMAT = 'nocturne-consent'
const VERSION = 1
const LONGEST_TEXT = 65_536
const LONGEST_AUDIENCE = 32
const LONGEST_NAME = 100

const MODES = ['guidance', 'control']
const ACTUATORS = ['sound', 'light', 'cue', 'warmth']
const RECORDS = ['alarms', 'summary', 'decisions', 'signal']
const TERMS = 'id mode actuators conditions hours validFromMs validUntilMs ceilings'.split(' ')

type Fields = Readonly<Record<string, unknown>>

/** A consent as the file it is kept in: JSON in ASCII that {@link readConsent} takes. */
export function writeConsent(consent: Consent): string {
  const text = JSON.stringify({ format: FORMAT, version: VERSION, ...consent }, undefined, 2)
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return `${text.replace(/[^\n\x20-\x7e]/g, escaped)}\n`
}

/**
 * Reads the text of a consent: every field there and of its kind, none that is unknown, all bounds
 * kept, the id that of the content. The signature is not checked here: see `verifyConsent`.
 */
export function readConsent(text: string): Result<Consent, ConsentCode> {
  const document = text.length <= LONGEST_TEXT ? parsed(text) : undefined
  if (document === undefined) return shape('consent', 'no JSON object of at most 64 KiB', 'one')
  const names = ['format', 'version', 'terms', 'audience', 'signer', 'signature']
  const odd = oddName(document, names)
  if (odd !== undefined) return shape(odd, 'a field missing or unknown', names.join(' '))
  const { format, version, terms, audience, signer, signature } = document
  if (format !== FORMAT || version !== VERSION) {
    return shape('format', JSON.stringify([format, version]), `${FORMAT} ${VERSION}`)
  }
  if (!isHex(signer, 64)) return shape('signer', JSON.stringify(signer), '64 hexadecimal digits')
  if (!isHex(signature, 128)) {
    return shape('signature', JSON.stringify(signature), '128 hexadecimal digits')
  }
  if (!isFields(terms)) return shape('terms', JSON.stringify(terms), 'an object')
  const oddTerm = oddName(terms, TERMS)
  if (oddTerm !== undefined) return shape(`terms.${oddTerm}`, 'missing or unknown', TERMS.join(' '))
  const { id, ...rest } = terms
  const draft = checkDraft({ ...rest, audience })
  if (!draft.ok) return draft
  const { audience: seen, ...checked } = draft.value
  const expected = consentId(draft.value, signer)
  if (id !== expected) return fail('CONSENT_ID', 'terms.id', JSON.stringify(id), expected)
  return ok({ terms: { id: expected, ...checked }, audience: seen, signer, signature })
}

/**
 * Checks what a sleeper allows, before it is signed: mode guidance or control, known actuators and
 * conditions, hours as minutes, at most 30 days, whole ceilings within the absolute guardrails.
 */
export function checkDraft(draft: Fields): Result<ConsentDraft, ConsentCode> {
  const { mode, hours, validFromMs, validUntilMs, ceilings } = draft
  if (!MODES.includes(mode as string)) {
    return shape('terms.mode', JSON.stringify(mode), MODES.join(' or '))
  }
  if (!isSetOf(draft.actuators, ACTUATORS)) {
    return shape('terms.actuators', JSON.stringify(draft.actuators), `of ${ACTUATORS.join(' ')}`)
  }
  const conditions = Object.keys(BARRED_BY)
  if (!isSetOf(draft.conditions, conditions)) {
    const got = JSON.stringify(draft.conditions)
    return shape('terms.conditions', got, `none or some of ${conditions.join(' ')}`)
  }
  if (!isFields(hours) || oddName(hours, ['fromMin', 'toMin']) || !areMinutes(hours)) {
    return shape('terms.hours', JSON.stringify(hours), '{fromMin, toMin}, each 0 to 1439')
  }
  const lasts = Number(validUntilMs) - Number(validFromMs)
  if (!isWhole(validFromMs) || !isWhole(validUntilMs) || lasts <= 0 || lasts > LONGEST_CONSENT_MS) {
    const got = `${validFromMs} to ${validUntilMs}`
    return fail('CONSENT_BOUNDS', 'terms.validUntilMs', got, 'after the begin, at most 30 days')
  }
  if (!isFields(ceilings) || oddName(ceilings, LIMIT_NAMES)) {
    return shape('terms.ceilings', JSON.stringify(ceilings), LIMIT_NAMES.join(' '))
  }
  for (const name of LIMIT_NAMES) {
    const value = ceilings[name]
    if (isWhole(value) && standing(value, GUARDRAILS[name]) !== 'outside') continue
    const { from, to } = GUARDRAILS[name].absolute
    const expected = `a whole number from ${from} to ${to}`
    return fail('CONSENT_BOUNDS', `terms.ceilings.${name}`, JSON.stringify(value), expected)
  }
  if (!isAudience(draft.audience)) {
    const expected = `at most ${LONGEST_AUDIENCE} of {who, sees: some of ${RECORDS.join(' ')}}`
    return shape('audience', JSON.stringify(draft.audience), expected)
  }
  return ok(draft as ConsentDraft)
}

function shape(
  where: string,
  got: string | undefined,
  expected: string,
): ReturnType<typeof fail<'CONSENT_SHAPE'>> {
  return fail('CONSENT_SHAPE', where, (got ?? 'nothing').slice(0, 200), expected)
}

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function oddName(fields: Fields, names: readonly string[]): string | undefined {
  return (
    names.find((name) => !Object.hasOwn(fields, name)) ??
    Object.keys(fields).find((name) => !names.includes(name))
  )
}

function isHex(value: unknown, digits: number): value is string {
  return typeof value === 'string' && value.length === digits && /^[0-9a-f]*$/.test(value)
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function areMinutes({ fromMin, toMin }: Fields): boolean {
  return [fromMin, toMin].every((min) => isWhole(min) && min >= 0 && min < 1440)
}

function isSetOf(value: unknown, words: readonly string[]): boolean {
  return (
    Array.isArray(value) &&
    new Set(value).size === value.length &&
    value.every((word) => words.includes(word))
  )
}

function isAudience(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > LONGEST_AUDIENCE) return false
  return value.every((entry) => {
    if (!isFields(entry) || oddName(entry, ['who', 'sees'])) return false
    const { who, sees } = entry
    const isNamed = typeof who === 'string' && who.length > 0 && who.length <= LONGEST_NAME
    return isNamed && isSetOf(sees, RECORDS)
  })
}
