import { assert } from '../../math/assert.ts'

/** Where on the head an event is seen, and how strongly: one gain for each generator. */
export type Topography =
  | 'slow'
  | 'fastSpindle'
  | 'slowSpindle'
  | 'vertex'
  | 'sawtooth'
  | 'horizontalEye'
  | 'verticalEye'
  | 'body'

/** One derivation of the synthetic montage, and how it sees every generator (1 = as C4-M1 does). */
export type Site = {
  readonly label: string
  readonly kind: 'eeg' | 'eog' | 'emg' | 'ecg'
  /** Amplitude of the ongoing background and of the alpha rhythm. */
  readonly background: number
  readonly alpha: number
  readonly gain: Readonly<Record<Topography, number>>
  /**
   * Microvolts that leak in for each millivolt of the heart, and for each microvolt of chin muscle.
   */
  readonly heartUv: number
  readonly muscle: number
  /** Mains hum that gets past the amplifier, uV, and slow electrode drift, uV. */
  readonly mainsUv: number
  readonly driftUv: number
}

type Row = readonly [
  label: string,
  kind: Site['kind'],
  background: number,
  alpha: number,
  gains: readonly [number, number, number, number, number, number, number, number],
  heartUv: number,
  muscle: number,
  mainsUv: number,
  driftUv: number,
]

/**
 * Gains in the order slow, fast spindle, slow spindle, vertex, sawtooth, horizontal eye, vertical
 * eye, body. Slow waves are frontal, fast spindles centro-parietal, slow ones frontal, alpha
 * occipital; E1 sits below and E2 above the eye's outer corner (AASM), so every eye movement has
 * opposite signs there.
 */
const ROWS: readonly Row[] = [
  ['EEG Fpz-Cz', 'eeg', 0.85, 0.35, [0.8, -0.4, 0.75, -0.35, 0.45, 0.05, 0.55, 1], 2, 0.02, 0.7, 9],
  ['EEG F4-M1', 'eeg', 1, 0.7, [1.15, 0.6, 1, 0.8, 0.9, 0.16, 0.28, 1], 3, 0.02, 0.6, 7],
  ['EEG C4-M1', 'eeg', 1, 1, [1, 1, 0.45, 1, 1, 0.06, 0.1, 0.9], 3, 0.012, 0.5, 6],
  ['EEG C3-M2', 'eeg', 1, 1, [1, 1, 0.45, 1, 1, -0.06, 0.1, 0.9], -3, 0.012, 0.5, 6],
  ['EEG Pz-Oz', 'eeg', 0.7, 1.3, [0.3, 0.6, 0.1, 0.3, 0.3, 0.01, 0.01, 0.6], 1, 0.01, 0.6, 6],
  ['EEG O2-M1', 'eeg', 0.85, 2.5, [0.55, 0.35, 0.1, 0.3, 0.35, 0.03, 0.02, 1], 4, 0.02, 0.8, 8],
  ['EOG E1-M2', 'eog', 0.55, 0.45, [0.6, 0.12, 0.2, 0.25, 0.3, -1, -0.55, 1.2], 4, 0.03, 0.8, 12],
  ['EOG E2-M2', 'eog', 0.55, 0.45, [0.6, 0.12, 0.2, 0.25, 0.3, 0.9, 0.6, 1.2], 4, 0.03, 0.8, 12],
  ['EMG chin', 'emg', 0, 0, [0.02, 0.01, 0.01, 0.02, 0.01, 0.01, 0.02, 0.3], 3, 1, 0.4, 1],
  ['ECG', 'ecg', 0, 0, [0, 0, 0, 0, 0, 0, 0, 1.5], 1000, 0.12, 2, 25],
]

/** Labels of every channel that the synthetic sleeper can wear. */
export const SYNTHETIC_CHANNELS: readonly string[] = ROWS.map(([label]) => label)

/** The channels worn unless others are asked for: AASM derivations, and the Sleep-EDF one. */
export const DEFAULT_CHANNELS: readonly string[] = [
  'EEG Fpz-Cz',
  'EEG C4-M1',
  'EEG O2-M1',
  'EOG E1-M2',
  'EOG E2-M2',
  'EMG chin',
  'ECG',
]

/**
 * The sites of labels, in their order. A label that is not in `SYNTHETIC_CHANNELS` is a mistake.
 */
export function sitesOf(labels: readonly string[]): readonly Site[] {
  return labels.map((label) => {
    const row = ROWS.find(([known]) => known === label)
    assert(
      row !== undefined,
      `channel "${label}", expected one of ${SYNTHETIC_CHANNELS.join(', ')}`,
    )
    return siteOf(row)
  })
}

/** Index of a site in the whole montage: its share of chance does not depend on its neighbours. */
export function siteNumber(site: Site): number {
  return SYNTHETIC_CHANNELS.indexOf(site.label)
}

function siteOf(row: Row): Site {
  const [label, kind, background, alpha, g, heartUv, muscle, mainsUv, driftUv] = row
  const [slow, fastSpindle, slowSpindle, vertex, sawtooth, horizontalEye, verticalEye, body] = g
  return {
    ...{ label, kind, background, alpha, heartUv, muscle, mainsUv, driftUv },
    gain: {
      ...{ slow, fastSpindle, slowSpindle, vertex, sawtooth },
      ...{ horizontalEye, verticalEye, body },
    },
  }
}
