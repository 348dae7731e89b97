import { fail, ok, type Result } from '../../math/result.ts'

/** What each parameter of a release is: its value as shipped, what it may be, and its meaning. */
export type ParameterRow = {
  readonly value: number
  readonly from: number
  readonly to: number
  readonly unit: string
  readonly means: string
}

/**
 * Every number that a release may change, with bounds that no release can pass. The safety rules
 * are not here: they are the governor's and no release can touch them.
 */
const ROWS = {
  targetDeg: [-20, -180, 180, 'deg', 'phase at which a click is heard, 0 = positive peak'],
  predictor: [0, 0, 4, 'code', '0 best by own error, 1 fixed step, 2 cecHT, 3 SSPE, 4 ridge'],
  least30sDeltaUv: [7, 0, 100, 'uV', 'root mean square of 1-4 Hz over 30 s, least'],
  most30sMuscleUv: [4, 0.5, 50, 'uV', 'root mean square above 20 Hz over 30 s, most'],
  leastAmplitudeUv: [18, 0, 200, 'uV', 'amplitude of the slow wave that is aimed at, least'],
  mostPhaseSdDeg: [35, 5, 180, 'deg', 'credible spread of the predicted phase, most'],
  leastN3: [0.3, 0.05, 0.99, 'probability', 'P(N3), or P(N2) + P(N3) where N2 counts'],
  n2Counts: [1, 0, 1, 'flag', '1: waves of N2 are aimed at too once N3 was seen'],
  stableNremS: [240, 240, 3600, 's', 'non-REM sleep without a break before the first sound'],
  deepS: [90, 30, 1800, 's', 'deep sleep before the first sound of a stretch'],
  interStimulusMs: [1000, 1000, 10_000, 'ms', 'between two clicks of a train, least'],
  trainClicks: [5, 1, 5, 'clicks', 'clicks of a train, most'],
  pauseMs: [2500, 2500, 60_000, 'ms', 'silence after a train, least'],
  onMs: [10_000, 1000, 60_000, 'ms', 'length of a window in which clicks may sound'],
  offMs: [10_000, 1000, 60_000, 'ms', 'length of the silent window that goes with it'],
  startLevelDb: [40, 20, 45, 'dB(A)', 'first level of a night at the ear, LAFmax'],
  ceilingDb: [50, 20, 60, 'dB(A)', 'highest level of stimulation'],
  stepUpDb: [1, 0, 1, 'dB', 'up after a quiet minute without the evoked wave'],
  stepDownDb: [5, 5, 20, 'dB', 'down after an arousal'],
  evokedTargetUv: [10, 1, 100, 'uV', 'evoked negative peak at which louder is not tried'],
  cueAfterMin: [270, 240, 720, 'min', 'after bedtime before a cue in REM sleep'],
  cueStableS: [120, 120, 1200, 's', 'stable REM sleep before a cue'],
  cueEveryS: [60, 20, 1800, 's', 'between two cues, least'],
  fadeSoundDb: [0, 0, 45, 'dB(A)', 'first level of noise that fades at bedtime, 0 is none'],
  fadeLightLux: [
    0,
    0,
    10,
    'lx',
    'first level of a lamp that fades at bedtime, melanopic, 0 is none',
  ],
  fadeMin: [20, 1, 60, 'min', 'length of a bedtime fade, most'],
  fadeAsleepS: [120, 30, 1200, 's', 'N2 or N3 without a break after which a bedtime fade ends'],
  wakeWindowMin: [30, 0, 60, 'min', 'before the wake time in which a light stage wakes'],
} as const

/** The name of a parameter of a release. */
export type ParameterName = keyof typeof ROWS

/** What each parameter of a release is. */
export const PARAMETERS: Readonly<Record<ParameterName, ParameterRow>> = Object.fromEntries(
  Object.entries(ROWS).map(([name, [value, from, to, unit, means]]) => [
    name,
    { value, from, to, unit, means },
  ]),
) as never

/** A versioned bundle of parameters that a device may run. */
export type Release = {
  readonly name: string
  readonly version: string
  readonly parameters: Readonly<Record<ParameterName, number>>
}

/** Why a release was not read. */
export type ReleaseCode = 'RELEASE_SHAPE' | 'RELEASE_PARAMETER' | 'RELEASE_BOUNDS'

/** The release that is shipped: every parameter as in the table. */
export function shippedRelease(): Release {
  const parameters = Object.fromEntries(
    Object.entries(PARAMETERS).map(([name, { value }]) => [name, value]),
  ) as Record<ParameterName, number>
  return { name: 'nocturne', version: '0.1.0', parameters }
}

/**
 * Reads a release from JSON: `{name, version, parameters: {targetDeg: -30, ...}}`. What is not
 * named is as shipped; an unknown name, a value that is not a number or beyond its bounds is a
 * problem.
 */
export function readRelease(text: string): Result<Release, ReleaseCode> {
  const document = parsed(text)
  if (document === undefined) return fail('RELEASE_SHAPE', 'release', 'no JSON object', 'one')
  const { name, version, parameters } = document
  if (typeof name !== 'string' || name === '') {
    return fail('RELEASE_SHAPE', 'name', JSON.stringify(name) ?? 'nothing', 'a name')
  }
  if (typeof version !== 'string' || version === '') {
    return fail('RELEASE_SHAPE', 'version', JSON.stringify(version) ?? 'nothing', 'a version')
  }
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    return fail('RELEASE_SHAPE', 'parameters', JSON.stringify(parameters) ?? 'nothing', 'an object')
  }
  const read: Record<ParameterName, number> = { ...shippedRelease().parameters }
  for (const [key, value] of Object.entries(parameters)) {
    if (!isParameter(key)) {
      return fail('RELEASE_PARAMETER', `parameters.${key}`, 'an unknown name', names())
    }
    const { from, to, unit } = PARAMETERS[key]
    if (typeof value !== 'number' || !(value >= from && value <= to)) {
      const expected = `a number from ${from} to ${to} ${unit}`
      return fail('RELEASE_BOUNDS', `parameters.${key}`, JSON.stringify(value), expected)
    }
    read[key] = value
  }
  return ok({ name, version, parameters: read })
}

function isParameter(name: string): name is ParameterName {
  return Object.hasOwn(PARAMETERS, name)
}

function names(): string {
  return `one of ${Object.keys(PARAMETERS).join(' ')}`
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const plain = typeof value === 'object' && value !== null && !Array.isArray(value)
    return plain ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
