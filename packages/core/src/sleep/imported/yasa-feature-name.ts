/** What a feature tells about, in words for a person. */
export const YASA_GROUPS = [
  'delta',
  'theta',
  'alpha',
  'sigma',
  'beta',
  'amplitude',
  'complexity',
  'EOG',
  'EMG',
  'time',
  'person',
] as const

/** One of the groups that explanations are summed over. */
export type YasaGroup = (typeof YASA_GROUPS)[number]

const SHAPE: Readonly<Record<string, YasaGroup>> = {
  abspow: 'amplitude',
  iqr: 'amplitude',
  std: 'amplitude',
  hcomp: 'complexity',
  higuchi: 'complexity',
  hmob: 'complexity',
  kurt: 'complexity',
  nzc: 'complexity',
  perm: 'complexity',
  petrosian: 'complexity',
  skew: 'complexity',
}
const BAND: Readonly<Record<string, YasaGroup>> = {
  sdelta: 'delta',
  fdelta: 'delta',
  theta: 'theta',
  alpha: 'alpha',
  sigma: 'sigma',
  beta: 'beta',
}
/** Ratios of delta to another band count for that band, but delta to theta for delta. */
const RATIO: Readonly<Record<string, YasaGroup>> = {
  dt: 'delta',
  ds: 'sigma',
  db: 'beta',
  at: 'alpha',
}
const OTHER: Readonly<Record<string, YasaGroup>> = {
  time_hour: 'time',
  time_norm: 'time',
  age: 'person',
  male: 'person',
}

/**
 * The group of one of YASA's features by its name; undefined for a name that YASA does not have.
 */
export function yasaFeatureGroup(name: string): YasaGroup | undefined {
  if (Object.hasOwn(OTHER, name)) return OTHER[name]
  const parts = /^(eeg|eog|emg)_([a-z]+)(_c7min_norm|_p2min_norm)?$/.exec(name)
  const kind = parts?.[1]
  const base = parts?.[2] ?? ''
  const eeg = { ...SHAPE, ...BAND, ...RATIO }
  if (kind === 'eeg') return Object.hasOwn(eeg, base) ? eeg[base] : undefined
  if (kind === 'eog') return Object.hasOwn({ ...SHAPE, ...BAND }, base) ? 'EOG' : undefined
  return kind === 'emg' && Object.hasOwn(SHAPE, base) ? 'EMG' : undefined
}
