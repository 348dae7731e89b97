import { fail, ok, type Problem, type Result } from '../../math/result.ts'
import { GUESSES, type Guess } from './blinding.ts'
import { checkDesign, type Design, designText } from './design.ts'
import { commitmentOf, isSecretText, type Secret } from './seal.ts'
import type { NightOutcome, Trial } from './trial.ts'

/** Why a trial's file was not taken. */
export type TrialFileCode = 'TRIAL_SHAPE' | 'TRIAL_DESIGN' | 'TRIAL_SEAL'

const FORMAT = 'nocturne-trial'
const VERSION = 1
const LONGEST_TEXT = 8_000_000
/** Pairs of windows in a night, and blocks in one, most. */
const MOST_WINDOWS = 5000
const MOST_BLOCKS = 600
const FIELDS = ['format', 'version', 'name', 'createdMs', 'design', 'commitment', 'nights']
const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/
/** Numbers of a stretch of the night: least and most, and whether whole. */
const MEASURES: Bounds = {
  swaUv2: [1e-6, 1e6, false],
  markers: [0, 100_000, true],
  arousals: [0, 100_000, true],
  silentMarkers: [0, 100_000, true],
  silentArousals: [0, 100_000, true],
  evokedUv: [-1000, 1000, false],
  spindleLog: [-20, 20, false],
}
/** Numbers of a block, and of a night. */
const BLOCK_BOUNDS: Bounds = {
  block: [0, MOST_BLOCKS, true],
  wholeUv2: [1e-6, 1e6, false],
  ...MEASURES,
}
const BOUNDS: Bounds = {
  night: [0, 363, true],
  distress: [0, 10, false],
  kss: [1, 9, true],
  ...MEASURES,
}

type Bounds = Readonly<Record<string, readonly [least: number, most: number, whole: boolean]>>
type Fields = Readonly<Record<string, unknown>>
type Refusal = { readonly ok: false; readonly problem: Problem<'TRIAL_SHAPE'> }

/** A trial as the JSON file that {@link readTrial} takes. */
export function writeTrial(trial: Trial): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, ...trial }, undefined, 2)}\n`
}

/** Whether a text can name a trial: 1 to 40 of a-z, 0-9 and hyphens. */
export function isTrialName(text: string): boolean {
  return NAME.test(text)
}

/**
 * Reads a trial: every field there and of its kind, none unknown, each night once and in order, and
 * when it is opened the secret the one that was committed to (rule N81).
 */
export function readTrial(text: string): Result<Trial, TrialFileCode> {
  const document = text.length <= LONGEST_TEXT ? parsed(text) : undefined
  if (!isFields(document)) return shape('trial', 'no JSON object of at most 8 MB', 'one')
  const odd = oddName(document, FIELDS, ['opened'])
  if (odd !== undefined) return shape(odd, 'missing or unknown', `${FIELDS.join(' ')} opened`)
  const { format, version, name, createdMs, commitment, opened } = document
  if (format !== FORMAT || version !== VERSION) {
    return shape('format', JSON.stringify([format, version]), `${FORMAT} ${VERSION}`)
  }
  if (typeof name !== 'string' || !NAME.test(name)) return shape('name', name, 'a-z 0-9 -')
  if (typeof createdMs !== 'number' || !Number.isSafeInteger(createdMs) || createdMs < 0) {
    return shape('createdMs', createdMs, 'ms since 1970')
  }
  if (!isSecretText(commitment)) return shape('commitment', commitment, '64 hexadecimal digits')
  const design = designOf(document.design)
  if (!design.ok) return design
  const nights = nightsOf(document.nights, design.value.nights)
  if (!nights.ok) return nights
  const trial = { name, createdMs, design: design.value, commitment, nights: nights.value }
  if (opened === undefined) return ok(trial)
  return openTrial(trial, opened)
}

/** A trial with its secret, which must be the one that was committed to before the first night. */
export function openTrial(trial: Trial, secret: unknown): Result<Trial, TrialFileCode> {
  if (!isSecret(secret)) return shape('opened', 'no secret', '{seed, salt} of 64 digits each')
  const found = commitmentOf(designText(trial.design), secret)
  if (found === trial.commitment) {
    return ok({ ...trial, opened: { seed: secret.seed, salt: secret.salt } })
  }
  return fail('TRIAL_SEAL', 'opened', `a secret of the commitment ${found}`, trial.commitment)
}

function designOf(value: unknown): Result<Design, 'TRIAL_SHAPE' | 'TRIAL_DESIGN'> {
  const names = ['control', 'perBlock', 'nights']
  if (!isFields(value) || oddName(value, names, ['blockMin']) !== undefined) {
    return shape('design', value, `${names.join(' ')} blockMin`)
  }
  return checkDesign(value as Design)
}

function nightsOf(value: unknown, most: number): Result<NightOutcome[], 'TRIAL_SHAPE'> {
  if (!Array.isArray(value)) return shape('nights', value, 'a list')
  const nights: NightOutcome[] = []
  for (const [k, item] of value.entries()) {
    const where = `nights[${k}]`
    const checked = outcomeOf(item, where)
    if (!checked.ok) return checked
    const { night } = checked.value
    if (night >= most || night <= (nights.at(-1)?.night ?? -1)) {
      return shape(`${where}.night`, night, `after the one before and below ${most}`)
    }
    nights.push(checked.value)
  }
  return ok(nights)
}

function outcomeOf(item: unknown, where: string): Result<NightOutcome, 'TRIAL_SHAPE'> {
  const measured = measuredOf(item, where, BOUNDS, ['blocks', 'guess', 'heard'])
  if (!measured.ok) return measured
  const { guess, heard, blocks } = measured.value
  if (guess !== undefined && !GUESSES.includes(guess as Guess)) {
    return shape(`${where}.guess`, guess, GUESSES.join(' '))
  }
  if (heard !== undefined && typeof heard !== 'boolean') {
    return shape(`${where}.heard`, heard, 'true or false')
  }
  return blocksFlaw(blocks, `${where}.blocks`) ?? ok(measured.value as NightOutcome)
}

function blocksFlaw(blocks: unknown, where: string): Refusal | undefined {
  if (blocks === undefined) return undefined
  if (!Array.isArray(blocks)) return shape(where, blocks, 'a list')
  let before = -1
  for (const [k, item] of blocks.entries()) {
    const measured = measuredOf(item, `${where}[${k}]`, BLOCK_BOUNDS, [])
    if (!measured.ok) return measured
    const block = measured.value.block as number
    if (block <= before) return shape(`${where}[${k}].block`, block, 'after the one before')
    before = block
  }
  return undefined
}

/** Fields of which the first of the bounds is needed, each within its own, and none unknown. */
function measuredOf(
  item: unknown,
  where: string,
  bounds: Bounds,
  others: readonly string[],
): { readonly ok: true; readonly value: Fields } | Refusal {
  const [first = '', ...rest] = Object.keys(bounds)
  const optional = [...rest, 'windows', ...others]
  if (!isFields(item)) return shape(where, item, 'an object')
  const odd = oddName(item, [first], optional)
  if (odd !== undefined) {
    return shape(`${where}.${odd}`, 'missing or unknown', `${first} ${optional.join(' ')}`)
  }
  for (const [name, [least, most, whole]] of Object.entries(bounds)) {
    const given = item[name]
    if (given === undefined) continue
    const fits = typeof given === 'number' && given >= least && given <= most
    if (!fits || (whole && !Number.isInteger(given))) {
      return shape(`${where}.${name}`, given, `${whole ? 'whole, ' : ''}${least} to ${most}`)
    }
  }
  const { windows } = item
  if (windows !== undefined && !isWindows(windows)) {
    return shape(`${where}.windows`, windows, `at most ${MOST_WINDOWS} of -20 to 20`)
  }
  for (const [part, whole] of [
    ['silentArousals', 'silentMarkers'],
    ['arousals', 'markers'],
  ] as const) {
    if (((item[part] as number) ?? 0) > ((item[whole] as number) ?? 0)) {
      return shape(`${where}.${part}`, item[part], `no more than ${whole}`)
    }
  }
  return ok(item)
}

function isWindows(value: unknown): boolean {
  const isLog = (x: unknown): boolean => typeof x === 'number' && Math.abs(x) <= 20
  return Array.isArray(value) && value.length <= MOST_WINDOWS && value.every(isLog)
}

function isSecret(value: unknown): value is Secret {
  const names = ['seed', 'salt']
  if (!isFields(value) || oddName(value, names) !== undefined) return false
  return names.every((name) => isSecretText(value[name]))
}

function shape(where: string, got: unknown, expected: string): Refusal {
  const text = typeof got === 'string' ? got : (JSON.stringify(got) ?? 'nothing')
  return fail('TRIAL_SHAPE', where, text.slice(0, 200), expected)
}

function oddName(
  fields: Fields,
  needed: readonly string[],
  optional: readonly string[] = [],
): string | undefined {
  const missing = needed.find((name) => fields[name] === undefined)
  if (missing !== undefined) return missing
  return Object.keys(fields).find((name) => !needed.includes(name) && !optional.includes(name))
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
