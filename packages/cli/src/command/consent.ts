import { describeProblem, isTimeZone } from '@nocturne/core/math'
import {
  type ConsentDraft,
  checkDraft,
  consentStanding,
  consentText,
  STARTING_LIMITS,
} from '@nocturne/core/night'
import { type Arguments, type Command, type Io, numberOption, UsageError } from '../command.ts'
import { CONSENT_PIECE_OPTIONS, runConsentPiece } from '../consent-piece.ts'
import { type OpenedConsent, openConsent, revokeConsent, shelveConsent } from '../consent-shelf.ts'
import { distrust, trust } from '../consent-trust.ts'

const DAY_MS = 86_400_000
const USUAL_HOURS = '21:00-09:00'
const USUAL_NIGHTS = 7

/** `nocturne consent`: what a sleeper allows the device, signed, read aloud, taken back. */
export const command: Command = {
  name: 'consent',
  summary: 'Make, read aloud and take back the consent without which nothing acts at night',
  usage:
    'consent new --allow LIST --conditions none|LIST | show FILE|ID | revoke FILE|ID | ' +
    'trust FILE [--fingerprint KEY] | distrust FILE|ID|KEY | piece [INCIDENT --yes|--no]',
  example: 'nocturne consent new --allow sound --conditions none --nights 14',
  positionals: [1, 2],
  options: {
    allow: { type: 'string', value: 'LIST', help: 'what may act: sound, light, cue, warmth' },
    conditions: {
      type: 'string',
      value: 'LIST',
      help:
        'none, or those that apply to you: apnoea bipolar epilepsy insomnia migraine nightmares ' +
        'photosensitive pregnant psychosis tinnitus under-18',
    },
    mode: { type: 'string', value: 'MODE', help: 'control (acts by itself) or guidance; control' },
    nights: { type: 'string', value: 'N', help: `for how many nights, 1 to 30; ${USUAL_NIGHTS}` },
    hours: { type: 'string', value: 'A-B', help: `of the day, local; ${USUAL_HOURS}` },
    sound: { type: 'string', value: 'DBA', help: 'loudest sound at the ear, 20 to 60 dB(A); 45' },
    dose: { type: 'string', value: 'DBA', help: 'sound of a night, LAeq over 8 h, 0 to 30; 27' },
    light: { type: 'string', value: 'LUX', help: 'most light at night, 0 to 10 melanopic lux; 1' },
    warmth: { type: 'string', value: 'C', help: 'most warmth at the skin, 20 to 40 degrees; 34' },
    minutes: { type: 'string', value: 'N', help: 'most stimulation in a night, 0 to 240 min; 120' },
    sees: { type: 'string', value: 'TEXT', help: 'who may see what: "Ana: summary, alarms; Ben:"' },
    fingerprint: {
      type: 'string',
      value: 'KEY',
      help: 'trust: the key that signed, compared with the page that shows it and typed',
    },
    ...CONSENT_PIECE_OPTIONS,
    zone: { type: 'string', value: 'ZONE', help: 'whose clocks, Europe/Berlin; this machine' },
    out: { type: 'string', value: 'FILE', help: 'where it is kept; the folder of this program' },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const [verb, what] = args.positionals
  const zone = args.text('zone') ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  if (!isTimeZone(zone)) throw new UsageError(`--zone: got "${zone}", expected Europe/Berlin`)
  if (verb === 'new' && what === undefined) return make(args, zone, Date.now(), io)
  if (verb === 'piece') return runConsentPiece(what, args, io)
  if (what !== undefined) {
    if (verb === 'show') return show(what, zone, args, io)
    if (verb === 'revoke') return revoke(what, args, io)
    if (verb === 'trust') return trust(what, zone, args, io)
    if (verb === 'distrust') return distrust(what, args, io)
  }
  throw new UsageError(`got "${args.positionals.join(' ')}", expected ${command.usage}`)
}

async function make(args: Arguments, zone: string, nowMs: number, io: Io): Promise<number> {
  const { consent, file } = await shelveConsent(draftOf(args, nowMs), args.text('out'))
  const { id } = consent.terms
  const lines = consentText({ ...consent.terms, audience: consent.audience }, zone)
  if (args.flag('json')) io.out(`${JSON.stringify({ id, file, consent, text: lines })}\n`)
  else io.out(`${[...lines, '', `signed: ${id}, in ${file}`].join('\n')}\n`)
  return 0
}

/** Exit code 1 when it could not carry a command now. */
async function show(what: string, zone: string, args: Arguments, io: Io): Promise<number> {
  const opened = await openConsent(what)
  const { consent, signature, revoked } = opened
  const lines = consentText({ ...consent.terms, audience: consent.audience }, zone)
  const why = standingOf(opened, zone, Date.now())
  const valid = why === 'valid'
  if (args.flag('json')) {
    const { id } = consent.terms
    io.out(`${JSON.stringify({ id, valid, why, signature, revoked, consent, text: lines })}\n`)
  } else {
    const because = signature === 'trusted' && valid ? TRUSTED : WHY[why]
    const told = `${valid ? 'Valid now' : 'Not valid now'}: ${because}`
    io.out(`${[...lines, '', told].join('\n')}\n`)
  }
  return valid ? 0 : 1
}

async function revoke(what: string, args: Arguments, io: Io): Promise<number> {
  const { id } = (await openConsent(what)).consent.terms
  await revokeConsent(id)
  if (args.flag('json')) io.out(`${JSON.stringify({ id, revoked: true })}\n`)
  else io.out(`taken back: ${id}; no night on this machine acts on it again\n`)
  return 0
}

const TRUSTED = 'signed with a key that was trusted on this machine, within its dates and hours.'

const WHY = {
  valid: 'signed by the sleeper of this machine, within its dates and hours.',
  revoked: 'it was taken back.',
  'bad-signature': 'its signature is not that of its signer: it was changed, or never signed.',
  'other-signer':
    'it is signed, but not by the sleeper of this machine: see nocturne consent trust.',
  'not-yet': 'its time has not come.',
  expired: 'its time is over.',
  'out-of-hours': 'it is outside its hours of the day.',
} as const

function standingOf(opened: OpenedConsent, zone: string, nowMs: number): keyof typeof WHY {
  if (opened.signature === 'bad') return 'bad-signature'
  if (opened.signature === 'other') return 'other-signer'
  return opened.revoked ? 'revoked' : consentStanding(opened.consent, nowMs, zone)
}

function draftOf(args: Arguments, nowMs: number): ConsentDraft {
  const mode = args.text('mode') ?? 'control'
  const conditions = args.text('conditions')
  if (conditions === undefined) {
    const list = command.options.conditions!.help
    throw new UsageError(`--conditions: got nothing, expected ${list}`)
  }
  if (args.text('allow') === undefined && mode !== 'guidance') {
    throw new UsageError('--allow: got nothing, expected some of sound,light,cue,warmth')
  }
  const nights = numberOption(args, 'nights', 1, 30) ?? USUAL_NIGHTS
  const checked = checkDraft({
    mode,
    actuators: words(args.text('allow') ?? ''),
    conditions: conditions === 'none' ? [] : words(conditions),
    hours: hoursOf(args.text('hours') ?? USUAL_HOURS),
    validFromMs: nowMs,
    validUntilMs: nowMs + nights * DAY_MS,
    ceilings: {
      soundDbA: numberOption(args, 'sound', 20, 60) ?? STARTING_LIMITS.soundDbA,
      soundLaeqDbA: numberOption(args, 'dose', 0, 30) ?? STARTING_LIMITS.soundLaeqDbA,
      lightMelanopicLux: numberOption(args, 'light', 0, 10) ?? STARTING_LIMITS.lightMelanopicLux,
      warmthC: numberOption(args, 'warmth', 20, 40) ?? STARTING_LIMITS.warmthC,
      stimulationMin: numberOption(args, 'minutes', 0, 240) ?? STARTING_LIMITS.stimulationMin,
    },
    audience: audienceOf(args.text('sees') ?? ''),
  })
  if (!checked.ok) throw new UsageError(describeProblem(checked.problem))
  return checked.value
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '')
}

function hoursOf(text: string): { fromMin: number; toMin: number } {
  const match = /^(\d\d?):(\d\d)-(\d\d?):(\d\d)$/.exec(text)
  const [fromH, fromMin, toH, toMin] = (match ?? []).slice(1).map(Number)
  const isTime = (hour?: number, min?: number): boolean => hour! < 24 && min! < 60
  if (!isTime(fromH, fromMin) || !isTime(toH, toMin)) {
    throw new UsageError(`--hours: got "${text}", expected two times of the day as ${USUAL_HOURS}`)
  }
  return { fromMin: fromH! * 60 + fromMin!, toMin: toH! * 60 + toMin! }
}

function audienceOf(text: string): { who: string; sees: string[] }[] {
  const entries = text.split(';').filter((entry) => entry.trim() !== '')
  return entries.map((entry) => {
    const colon = entry.indexOf(':')
    if (colon < 0) throw new UsageError(`--sees: got "${entry}", expected "Ana: summary"`)
    return { who: entry.slice(0, colon).trim(), sees: words(entry.slice(colon + 1)) }
  })
}
