import type { Random } from '../../math/random.ts'
import { between, chanceOf, logNormal, waiting } from './chance.ts'
import type { Stretch } from './course.ts'
import type { Gesture } from './gesture.ts'
import type { Person } from './person.ts'
import type { ArtefactTruth, PlainTruth } from './sleep-event.ts'
import type { Span } from './vigilance.ts'

/**
 * A burst of muscle: chin amplitude in uV RMS at its height, and whether the scalp muscles join in.
 */
export type Burst = Span & { readonly uv: number; readonly scalp: boolean }

/** Everything restless in a night: arousals, movements, and the muscle in both. */
export type Restlessness = {
  readonly arousals: readonly PlainTruth[]
  readonly movements: readonly ArtefactTruth[]
  readonly gestures: readonly Gesture[]
  readonly bursts: readonly Burst[]
}

/**
 * Mean minutes between arousals that do not wake the sleeper (Bonnet and Arand, J Clin Sleep Med 3,
 * 2007).
 */
const AROUSAL_EVERY_MIN = { N1: 6, N2: 6.5, N3: 18, R: 7.5 } as const
/** An arousal needs ten seconds of sleep before it (AASM) and lasts three seconds or more. */
const SLEEP_BEFORE_S = 15
/** Mean seconds between movements of someone lying awake. */
const TURN_EVERY_S = 110

type Notes = {
  readonly arousals: PlainTruth[]
  readonly movements: ArtefactTruth[]
  readonly gestures: Gesture[]
  readonly bursts: Burst[]
}

/** Places arousals within sleep, and body movements at awakenings, in wake and at some arousals. */
export function planRestlessness(
  seed: number,
  person: Person,
  course: readonly Stretch[],
): Restlessness {
  const random = chanceOf(seed, 'arousal')
  const notes: Notes = { arousals: [], movements: [], gestures: [], bursts: [] }
  course.forEach((stretch, k) => {
    if (stretch.stage !== 'W') addArousals(random, person, stretch, notes)
    else addTurns(random, stretch, k > 0, notes)
  })
  return notes
}

function addArousals(random: Random, person: Person, stretch: Stretch, notes: Notes): void {
  if (stretch.stage === 'W') return
  const meanS = (AROUSAL_EVERY_MIN[stretch.stage] * 60) / person.restlessness
  let atS = stretch.startS + SLEEP_BEFORE_S + waiting(random, meanS)
  for (;;) {
    const durationS = Math.max(3.2, Math.min(12, logNormal(random, 5, 0.35)))
    if (atS + durationS + 8 > stretch.endS) return
    const inRem = stretch.stage === 'R'
    // In REM an arousal is scored only with a rise of the chin EMG (AASM).
    const uv = inRem ? between(random, 12, 28) : between(random, 6, 22)
    notes.arousals.push({ kind: 'arousal', startS: atS, durationS, amplitudeUv: uv })
    notes.bursts.push({ startS: atS + 0.3, endS: atS + durationS, uv, scalp: true })
    if (random.uniform() < 0.18) addMovement(random, atS + 0.5, durationS - 0.6, notes)
    atS += durationS + SLEEP_BEFORE_S + waiting(random, meanS)
  }
}

function addTurns(random: Random, stretch: Stretch, fromSleep: boolean, notes: Notes): void {
  let atS = stretch.startS
  if (fromSleep && random.uniform() < 0.75) atS += between(random, 0, 2)
  else atS += waiting(random, TURN_EVERY_S) + 5
  for (;;) {
    const durationS = Math.min(14, logNormal(random, 4.5, 0.5))
    if (atS + durationS > stretch.endS) return
    addMovement(random, atS, durationS, notes)
    atS += durationS + 10 + waiting(random, TURN_EVERY_S)
  }
}

function addMovement(random: Random, startS: number, durationS: number, notes: Notes): void {
  const endS = startS + durationS
  notes.movements.push({ kind: 'artefact', cause: 'movement', startS, durationS })
  notes.bursts.push({ startS, endS, uv: logNormal(random, 60, 0.4), scalp: true })
  // Two sways of unlike pace: the body turns, the leads swing.
  for (const [medianUv, lowHz, highHz] of [
    [110, 0.25, 0.6],
    [55, 0.9, 2.2],
  ] as const) {
    notes.gestures.push({
      ...{ shape: 'sway', topography: 'body', startS, endS, atS: startS },
      uv: logNormal(random, medianUv, 0.5),
      a: between(random, lowHz, highHz),
      b: between(random, 0, 6),
    })
  }
}
