import { hourOfDayAt, type TimeZone, zonedText } from '../../math/time-zone.ts'
import { GUARDRAILS, standing } from '../governor/guardrail.ts'
import type { Actuator } from '../governor/lease.ts'
import { LIMIT_NAMES, type LimitName } from '../governor/limits.ts'
import { BARRED_BY, type Condition } from '../governor/terms.ts'
import type { Consent, ConsentDraft, RecordKind } from './consent.ts'

/** How a consent stands at a moment; `valid` is that it could carry a lease now. */
export type ConsentStanding = 'valid' | 'not-yet' | 'expired' | 'out-of-hours'

/** How a consent stands at a moment (ms since the epoch) on the clocks of a zone. */
export function consentStanding(
  { terms: { validFromMs, validUntilMs, hours } }: Pick<Consent, 'terms'>,
  nowMs: number,
  zone: TimeZone,
): ConsentStanding {
  if (nowMs < validFromMs) return 'not-yet'
  if (nowMs >= validUntilMs) return 'expired'
  const { fromMin, toMin } = hours
  if (fromMin === toMin) return 'valid'
  const sinceMin = (hourOfDayAt(zone, nowMs) * 60 - fromMin + 1440) % 1440
  return sinceMin < (toMin - fromMin + 1440) % 1440 ? 'valid' : 'out-of-hours'
}

/**
 * What a sleeper allows, as lines that can be read aloud before signing and after. Dates and hours
 * are of the zone.
 */
export function consentText(draft: ConsentDraft, zone: TimeZone): string[] {
  const { mode, actuators, hours, validFromMs, validUntilMs, ceilings, conditions } = draft
  const barred = new Set(conditions.flatMap((condition) => BARRED_BY[condition]))
  const [from, until] = [validFromMs, validUntilMs].map((ms) => dateText(zone, ms))
  const above = LIMIT_NAMES.filter(
    (name) => standing(ceilings[name], GUARDRAILS[name]) !== 'within',
  )
  return [
    MODE_TEXT[mode],
    ...actuators.map((actuator) => ACTUATOR_TEXT[actuator]),
    ...(actuators.length === 0 ? ['Nothing may act on me: no sound, light, cue or warmth.'] : []),
    `It holds from ${from} to ${until}, ${hoursText(hours)}, on the clocks of ${zone}.`,
    `Sound: never above ${ceilings.soundDbA} dB(A) at my ear, and over the night never more than ` +
      `${ceilings.soundLaeqDbA} dB(A) on average over 8 h.`,
    `Light in the evening and in sleep: never above ${ceilings.lightMelanopicLux} lux melanopic.`,
    `Warmth: never above ${ceilings.warmthC} degrees C at the skin.`,
    `Stimulation in one night: at most ${ceilings.stimulationMin} minutes.`,
    ...above.map((name) => aboveText(name, ceilings[name])),
    conditions.length === 0
      ? `I was asked, and none of these applies to me: ${CONDITION_TEXTS.join(', ')}.`
      : `These apply to me: ${conditions.map((condition) => CONDITION_TEXT[condition]).join(', ')}.`,
    ...(barred.size === 0 ? [] : [`So there will be no ${[...barred].join(', no ')}.`]),
    ...audienceText(draft),
    'I can stop everything at any moment, and take this back at any moment, without a reason.',
    'This is not a medical device, and no effect is promised.',
  ]
}

const MODE_TEXT: Readonly<Record<ConsentDraft['mode'], string>> = {
  natural: 'The device may record my sleep. It does nothing else.',
  guidance: 'The device may record my sleep and suggest. It does nothing by itself.',
  control: 'The device may act by itself at night, within what follows.',
}

const ACTUATOR_TEXT: Readonly<Record<Actuator, string>> = {
  sound: 'It may play short sounds in deep sleep, and a soft noise that fades while I fall asleep.',
  light: 'It may dim lamps, also while I fall asleep, and raise them before I wake.',
  cue: 'It may play quiet cues in dreaming sleep.',
  warmth: 'It may warm my bed.',
}

/** Each condition that a sleeper is asked about before signing, in words. */
export const CONDITION_TEXT: Readonly<Record<Condition, string>> = {
  apnoea: 'pauses in breathing at night',
  bipolar: 'bipolar disorder or a mania at any time',
  epilepsy: 'epilepsy or seizures',
  insomnia: 'severe insomnia',
  migraine: 'migraine that light sets off',
  nightmares: 'nightmares of a trauma',
  photosensitive: 'an illness or medicine that makes sensitive to light',
  pregnant: 'pregnancy',
  psychosis: 'a psychosis at any time',
  tinnitus: 'tinnitus or pain from sounds',
  'under-18': 'being under 18',
}

const CONDITION_TEXTS: readonly string[] = Object.values(CONDITION_TEXT)

const LIMIT_TEXT: Readonly<Record<LimitName, string>> = {
  soundDbA: 'The loudest sound',
  soundLaeqDbA: 'The sound of a night',
  lightMelanopicLux: 'The light',
  warmthC: 'The warmth',
  stimulationMin: 'The time of stimulation',
}

const RECORD_TEXT: Readonly<Record<RecordKind, string>> = {
  alarms: 'that something is wrong',
  summary: 'the summary of my nights',
  decisions: 'what the device decided and why',
  signal: 'the raw signal',
}

function aboveText(name: LimitName, value: number): string {
  const { from, to } = GUARDRAILS[name].recommended
  return `${LIMIT_TEXT[name]} is ${value}, outside what is recommended (${from} to ${to}).`
}

function audienceText({ audience }: ConsentDraft): string[] {
  if (audience.length === 0) return ['Nobody but me sees anything of it.']
  return audience.map(({ who, sees }) => {
    const what = sees.length === 0 ? 'nothing' : sees.map((kind) => RECORD_TEXT[kind]).join(', ')
    return `${who} may see ${what}.`
  })
}

function hoursText({ fromMin, toMin }: ConsentDraft['hours']): string {
  return fromMin === toMin ? 'at every hour' : `from ${clockText(fromMin)} to ${clockText(toMin)}`
}

function clockText(min: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(min / 60))}:${two(min % 60)}`
}

function dateText(zone: TimeZone, ms: number): string {
  return zonedText(zone, ms).slice(0, 16).replace('T', ' ')
}
