import type { ModelCard, ModelFigure } from '../stage/model.ts'
import { STARTER_HASHES } from './starter-hash.ts'

/** `offline` reads the whole recording; `live` knows only the past of each epoch. */
export type StarterVariant = 'offline' | 'live'

const LICENCE = 'MIT; weights trained on Sleep-EDF Expanded (ODC-BY 1.0)'
const TRAINED_ON =
  'Sleep-EDF Expanded, 14 nights of 7 healthy people aged 25-34 (SC400-SC406), Fpz-Cz and Pz-Oz at ' +
  '100 Hz, R&K stages by one scorer a night, S3 and S4 merged (Kemp et al. 2000, Goldberger et al. 2000)'
const CARD =
  "Nocturne's own stager: a small recurrent network on the band powers of one EEG channel, relative to " +
  'what looks like sleep in the same recording. It needs no EOG or EMG, and so it knows REM by the EEG ' +
  'alone; with eyes and chin recorded, an imported model will do better. It has learnt from seven young, ' +
  'healthy people in one laboratory and two derivations. On other montages, older people, patients and ' +
  'drugs it is untested or worse (see the figures). N1 is its weakest stage, as it is for people. ' +
  'Its design was chosen on the same seven people, so expect a point or two less on others. ' +
  'Not a medical device.'
const LIVE_CARD =
  'It knows only the past of each epoch; its first half hour, before it has seen sleep, is its weakest.'

const LEFT_OUT = 'Sleep-EDF, each person staged by weights of the other six, Fpz-Cz alone'
const DREAMS = 'DREAMS, four half hours of patients, C3-A1 or CZ-A1'
const OFFLINE_FIGURES: readonly ModelFigure[] = [
  { set: LEFT_OUT, people: 7, accuracy: 0.846, kappa: 0.786 },
  { set: DREAMS, people: 4, accuracy: 0.75, kappa: 0.601 },
]
const LIVE_FIGURES: readonly ModelFigure[] = [
  { set: LEFT_OUT, people: 7, accuracy: 0.824, kappa: 0.756 },
  { set: DREAMS, people: 4, accuracy: 0.796, kappa: 0.672 },
]

/** The card of the starter: what it is, on whom it was tested, and where it must not be trusted. */
export function starterCard(variant: StarterVariant): ModelCard {
  const live = variant === 'live'
  return {
    name: live ? 'starter-live' : 'starter',
    version: '1',
    hash: STARTER_HASHES[variant],
    licence: LICENCE,
    card: live ? `${CARD} ${LIVE_CARD}` : CARD,
    needs: { eeg: 1 },
    causal: live,
    trainedOn: TRAINED_ON,
    figures: live ? LIVE_FIGURES : OFFLINE_FIGURES,
  }
}
