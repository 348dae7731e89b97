import type { ModelFigure } from '../stage/model.ts'

/** A file of a published model, as it lies in its authors' repository. */
export type PublishedFile = {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/**
 * A stager that its authors publish and that this program can run. It is not shipped: the user
 * fetches it from the authors, pinned by commit and hash, and so accepts their terms.
 */
export type PublishedModel = {
  /** The name to ask for: `yasa-eeg`, `robustsleepnet`. */
  readonly id: string
  readonly name: string
  readonly version: string
  readonly repository: string
  readonly commit: string
  readonly files: readonly PublishedFile[]
  readonly licence: string
  readonly card: string
  readonly trainedOn: string
  readonly figures: readonly ModelFigure[]
}

const AGREEMENT =
  'The authors published the weights freely, but trained them on recordings that they had under ' +
  'data-use agreements; whether your use of the weights is covered is for you to judge.'

const YASA = {
  version: '0.5.0',
  repository: 'https://github.com/raphaelvallat/yasa',
  commit: 'dfddbd5a7ff622de494365803a4494a2a9dba714',
  licence: 'BSD-3-Clause',
  trainedOn:
    'about 3,000 nights of the National Sleep Research Resource (CCSHS, CFS, CHAT, HomePAP, MESA, MrOS, SHHS)',
  figures: [],
} as const

const YASA_CARD =
  'Gradient-boosted trees over features of one central EEG channel (C4-M1 or C3-M2) and, in some ' +
  'variants, one EOG, one chin EMG, age and sex (Vallat & Walker, eLife 2021). It reads amplitudes in ' +
  'microvolts: another montage or gain than it was trained with costs accuracy. Its authors report about ' +
  `85 % agreement with a consensus of scorers; N1 is the weak stage. Whole nights only. ${AGREEMENT}`

const ROBUST = {
  version: '2021-08',
  repository: 'https://github.com/Dreem-Organization/RobustSleepNet',
  commit: 'c8ff3f6f857299eb2bf2e9400483084d5ecd4106',
  licence: 'MIT',
} as const

const ROBUST_CARD =
  'A recurrent network over any number of EEG and EOG channels, free of montage and amplitude (Guillot & ' +
  'Thorey, IEEE TNSRE 2021). Each published network left one data set out of its training and states ' +
  'its accuracy there: expect 0.82 to 0.86 in a clinic it has never seen, 0.70 in patients with disturbed ' +
  `sleep, N1 around 0.45. Windows of 10.5 minutes, looking ahead as well as back. ${AGREEMENT}`

/** Variant, bytes, SHA-256 of YASA's eight classifiers. */
const YASA_FILES = [
  ['eeg', 3410920, '330c1afdc86396e0b6d9f1294d4c4796beb5f7e7cd38be424c10feae98867e31'],
  ['eeg+eog', 3419550, '86d726a3e6aa6195197ffbc9765f5e194c74358295ef331998c21f8badcebcc3'],
  ['eeg+emg', 3413333, '9771995bcf7d1c90456986fbf9f991a5b5e8fe68cf0a8c410ec38ad3615a3c78'],
  ['eeg+eog+emg', 3421798, '3d27d440c94c61d8013c81c91693ad88810af2ddae85b62f4bc797f6e2464beb'],
  ['eeg+demo', 3376512, '686fd99ad834d657833d7d7c2b3256f9689c023cf13aee16381b2b2cd6f0e86b'],
  ['eeg+eog+demo', 3399557, 'e4762d95dddce707ee8da922dbc505dea4be6a5a5070cbc9a06e0a88f2fc2b43'],
  ['eeg+emg+demo', 3390609, '035191c5ffbb84ef9f4b09864bf54f01bd302a94188c34a9d6535460e74f4b49'],
  ['eeg+eog+emg+demo', 3409628, 'd915de033ecbce0833600151d73a5b271b8f305d63bbc774400ee64bdb9df8ff'],
] as const

/** The set left out of training, and how the network did there; recordings it was trained on. */
const ROBUST_FILES = [
  {
    left: 'DOD-H',
    id: 'fdbd193a-0408-4fc8-9a6a-a18351459512',
    bytes: 747520,
    sha256: '07ed101eb18e0bff0d72f5f547e261edc5cc4bf7c7de41fe1d5d7f9d96c4a9f7',
    trained: 780,
    people: 25,
    accuracy: 0.887,
    kappa: 0.832,
  },
  {
    left: 'DOD-O',
    id: 'a2eb4aed-90de-4968-8535-a424588c0dfa',
    bytes: 747520,
    sha256: 'e79d91595e25feece64348a1e3ca537529e0a3a28a5eaecfacfdb5ed68a13eb0',
    trained: 758,
    people: 55,
    accuracy: 0.846,
    kappa: 0.773,
  },
  {
    left: 'MASS',
    id: '415fe39c-0729-41b6-bf8a-a04570042f5c',
    bytes: 747520,
    sha256: 'e92df6faeb56fe36367918a1330a2edb648aa0ad8cbac7d67a59b02f941d4189',
    trained: 719,
    people: 112,
    accuracy: 0.823,
    kappa: 0.748,
  },
  {
    left: 'MESA',
    id: 'e5844e92-6b9b-4033-8362-2f139c7bab0e',
    bytes: 747520,
    sha256: '97d86e0c2c1dd6628205a5ea5727800124b9bb60d3978acf8e87d702f491c3b1',
    trained: 622,
    people: 2053,
    accuracy: 0.838,
    kappa: 0.758,
  },
  {
    left: 'MrOS',
    id: 'be685bd5-eaab-4c22-b2e6-c487ecc8773c',
    bytes: 747520,
    sha256: 'ba5c89d648257526f6f80cdc0f7bee00964bb02c9e3a0355f2ebefac683620e1',
    trained: 622,
    people: 586,
    accuracy: 0.854,
    kappa: 0.756,
  },
  {
    left: 'SHHS',
    id: '8f1969fa-0f79-426e-aaa5-7ab3a076a215',
    bytes: 747520,
    sha256: '5326139c6d03a5c3e1bfc6f508975ae1904e9456df8a808fcd23611c9a786586',
    trained: 622,
    people: 2651,
    accuracy: 0.849,
    kappa: 0.783,
  },
  {
    left: 'Sleep-EDF',
    id: '0dfcee73-055a-4c4d-929c-8fdf630e14f1',
    bytes: 747520,
    sha256: 'f25df5e1efc3c43ef1d487f03b3430ef691070bb58fca78b560150e23f63fe0a',
    trained: 659,
    people: 100,
    accuracy: 0.83,
    kappa: 0.755,
  },
  {
    left: 'CAP',
    id: '40c76916-23f2-4697-91f9-0ef91440f57d',
    bytes: 747520,
    sha256: '6cb557989921424bb8aa09f5695cc45e5ca1c74fd630942ebd18a9b4870cb64c',
    trained: 43,
    people: 106,
    accuracy: 0.704,
    kappa: 0.586,
  },
] as const

/** All networks saw 600 recordings or more in training but the one that left out CAP: it saw 43. */
const WELL_TRAINED = 600

/** Every stager that `nocturne model get` can fetch, by id. */
export const publishedModels: readonly PublishedModel[] = [
  ...YASA_FILES.map(([variant, bytes, sha256]) => ({
    ...YASA,
    id: `yasa-${variant}`,
    name: `YASA ${variant}`,
    card: YASA_CARD,
    files: [{ path: `src/yasa/classifiers/clf_${variant}_lgb_0.5.0.joblib`, bytes, sha256 }],
  })),
  robustModel('robustsleepnet', 'RobustSleepNet x 8', ROBUST_FILES),
  ...ROBUST_FILES.map((file) =>
    robustModel(`robustsleepnet-${file.left.toLowerCase()}`, `RobustSleepNet -${file.left}`, [
      file,
    ]),
  ),
]

/**
 * The published model that consists of the one file with this SHA-256; undefined when it is not
 * known.
 */
export function publishedWithHash(sha256: string): PublishedModel | undefined {
  return publishedModels.find(({ files }) => files.length === 1 && files[0]!.sha256 === sha256)
}

function robustModel(
  id: string,
  name: string,
  networks: readonly (typeof ROBUST_FILES)[number][],
): PublishedModel {
  const single = networks.length === 1
  const seen = ROBUST_FILES.slice(0, 7).map(({ left }) => left)
  const sets = single ? seen.filter((set) => set !== networks[0]!.left) : seen
  return {
    ...ROBUST,
    id,
    name,
    card: ROBUST_CARD,
    trainedOn: networks[0]!.trained < WELL_TRAINED ? '43 recordings of MASS' : sets.join(', '),
    files: networks.map(({ id: experiment, bytes, sha256 }) => ({
      path: `pretrained_model/${experiment}/best_model.gz`,
      bytes,
      sha256,
    })),
    figures: networks.map(({ left: set, people, accuracy, kappa }) => ({
      set,
      people,
      accuracy,
      kappa,
    })),
  }
}
