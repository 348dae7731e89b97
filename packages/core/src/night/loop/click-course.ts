import { PI } from '../../math/elementary.ts'
import { type Random, seededRandom } from '../../math/random.ts'
import { PredictorChoice } from '../phase/choice.ts'
import { TOGETHER } from '../phase/complex-fir.ts'
import { nightPredictors } from '../phase/night-predictors.ts'
import { wrapPhase } from '../phase/phase.ts'
import type { PhasePredictor } from '../phase/predictor.ts'
import type { RidgeLearner } from '../phase/ridge-learner.ts'
import { type Opportunity, PhaseTrigger } from '../phase/trigger.ts'
import { WorkingFront } from '../phase/working-front.ts'
import { ClickTiming } from '../stimulus/click-timing.ts'
import { EvokedResponse } from '../stimulus/evoked-response.ts'
import { Titration } from '../stimulus/titration.ts'
import { channelOf } from '../watch/montage.ts'
import { type DeepStretch, deepGate, newDeepStretch } from './deep-stretch.ts'
import type { LoopEvent } from './event.ts'
import { GATE_REASONS, type GateCode } from './gate-reason.ts'
import { judged, verdictWords } from './governed.ts'
import type { NightHeader } from './header.ts'
import type { LoopInput } from './input.ts'
import type { NightMoment } from './moment.ts'
import { sightOf } from './sight.ts'

/** Clicks on slow waves: the predictors at work, the pattern, the level, and what was last said. */
export type ClickCourse = {
  readonly channel: number
  readonly front: WorkingFront
  /** Working samples of the piece that are followed next, and where in it each one ends. */
  readonly values: Float64Array
  readonly places: Int32Array
  readonly predictors: readonly PhasePredictor[]
  /** The one that learns from tonight; what it learned is tomorrow's `personal`. */
  readonly learner: RidgeLearner
  readonly choice: PredictorChoice
  readonly trigger: PhaseTrigger
  readonly timing: ClickTiming
  readonly titration: Titration
  /** The brain's answer, which the level follows. */
  readonly evoked: EvokedResponse
  readonly stretch: DeepStretch
  readonly random: Random | undefined
  /** The sample that is awaited next. */
  next: number
  /** Longest piece lately, s: so long a wish may wait for its piece to end. */
  pieceS: number
  targetRad: number
  predictor: string
  wishes: number
  lastHeardMs: number
  wasDisturbed: boolean
}

type Samples = Extract<LoopInput, { kind: 'samples' }>

/** Length of a click, ms. */
const CLICK_MS = 50
/**
 * A piece longer than this is not waited for, s: what it asks for comes too late and is refused.
 */
const LONGEST_PIECE_S = 0.25
/** An arousal so soon after a click is laid to it, ms. */
const BLAME_MS = 60_000
/** A gap longer than this makes predictors begin anew, s. */
const NEW_AFTER_S = 5
const PREDICTOR_OF_CODE = ['', 'fixed-step', 'cecht', 'state-space', 'ridge'] as const

/** No click yet; predictors are those of the release, the personal one where there is one. */
export function newClickCourse(header: NightHeader): ClickCourse {
  const { montage, release, personal, aim, seed } = header
  const { parameters } = release
  const front = new WorkingFront(montage.rateHz)
  const { rateHz } = front
  const { predictors: all, learner } = nightPredictors(rateHz, personal)
  const only = PREDICTOR_OF_CODE[Math.round(parameters.predictor)] ?? ''
  const predictors = all.filter(({ name }) => name.startsWith(only))
  return {
    ...{ channel: channelOf(montage, 'eeg'), front, predictors, learner },
    ...{ values: new Float64Array(TOGETHER), places: new Int32Array(TOGETHER) },
    choice: new PredictorChoice(predictors, rateHz),
    trigger: new PhaseTrigger(rateHz),
    timing: new ClickTiming(parameters, seed),
    titration: new Titration({
      startDb: parameters.startLevelDb,
      ceilingDb: parameters.ceilingDb,
      stepUpDb: parameters.stepUpDb,
      stepDownDb: parameters.stepDownDb,
      evokedTargetUv: parameters.evokedTargetUv,
    }),
    evoked: new EvokedResponse(rateHz),
    stretch: newDeepStretch(),
    random: aim.kind === 'random-phase' ? seededRandom(aim.seed) : undefined,
    ...{ next: 0, pieceS: 0, targetRad: (parameters.targetDeg * PI) / 180 },
    ...{ predictor: '', wishes: 0, lastHeardMs: Number.NaN, wasDisturbed: false },
  }
}

/**
 * Takes a piece of signal: at every working sample the predictors move on, and each time the wave
 * is foretold to pass the target there is a decision, with what was seen, what was wanted and why
 * it was or was not done. Sounds are planned for their exact moment, as far ahead as the piece is
 * long.
 */
export function clickDecisions(
  course: ClickCourse,
  moment: NightMoment,
  input: Samples,
  events: LoopEvent[],
): void {
  const { header, seen, outside } = moment
  const { rateHz } = header.montage
  const column = input.columns[course.channel]!
  skipGap(course, input.first, rateHz)
  const length = column.length
  course.pieceS = Math.min(LONGEST_PIECE_S, Math.max(length / rateHz, 0.9 * course.pieceS))
  stir(course, moment, events)
  const gate = deepGate(course.stretch, seen, header.release.parameters)
  course.timing.deep(input.atMs, course.stretch.armed)
  const latencyS = (outside.latencyMeanMs || 0) / 1000
  const lateS = (course.front.factor - 1) / 2 / rateHz
  const { values, places, choice, trigger } = course
  for (let i = Math.max(0, course.next - input.first); i < length; ) {
    let count = 0
    for (; i < length && count < TOGETHER; i++) {
      if (!course.front.push(input.first + i, column[i]!)) continue
      values[count] = course.front.value
      places[count++] = i
    }
    if (count > 1) choice.foresee(values, count)
    for (let k = 0; k < count; k++) {
      const wayS = latencyS + lateS + (length - 1 - places[k]!) / rateHz
      follow(course, values[k]!, latencyS + lateS + course.pieceS / 2, gate === undefined)
      if (!trigger.look(choice.chosen, aimOf(course), wayS, course.pieceS)) continue
      const heardAt = input.first + places[k]! + (trigger.opportunity.aheadS - lateS) * rateHz
      decide(course, moment, gate, heardAt, events)
    }
  }
  course.next = Math.max(course.next, input.first + length)
}

/** What was not recorded is told to the predictors as missing, or makes them new. */
function skipGap(course: ClickCourse, first: number, rateHz: number): void {
  const missing = first - course.next
  if (missing <= 0) return
  if (missing > NEW_AFTER_S * rateHz) {
    for (const predictor of course.predictors) predictor.reset()
    course.choice.reset()
    course.trigger.reset()
    course.evoked.reset()
    return
  }
  for (let sample = course.next; sample < first; sample++) {
    if (!course.front.push(sample, Number.NaN)) continue
    for (const predictor of course.predictors) predictor.push(Number.NaN)
    course.evoked.push(Number.NaN)
    course.choice.push(Number.NaN, 0, course.front.rateHz, false)
  }
}

function follow(course: ClickCourse, value: number, aheadS: number, deep: boolean): void {
  const { rateHz } = course.front
  for (const predictor of course.predictors) predictor.push(value)
  course.choice.push(value, aheadS * rateHz, rateHz, deep)
  course.titration.answered(course.evoked.push(value))
}

/** The phase to give the trigger so that the target is met, the predictor's own bias taken off. */
function aimOf({ targetRad, choice }: ClickCourse): number {
  return targetRad - choice.biasAt(targetRad)
}

function decide(
  course: ClickCourse,
  moment: NightMoment,
  deep: GateCode | undefined,
  heardAt: number,
  events: LoopEvent[],
): void {
  const { header, seen, atMs } = moment
  const { chosen } = course.choice
  if (course.predictor !== chosen.name) {
    course.predictor = chosen.name
    events.push({ kind: 'predictor', sample: seen.sample, name: chosen.name })
  }
  const wave = course.trigger.opportunity
  wave.sdRad = course.choice.sdRad
  // The moment of the ear in device time: the piece ends now.
  const heardAtMs = atMs + ((heardAt - seen.sample) * 1000) / header.montage.rateHz
  const reason = deep ?? gateOf(course, moment, wave)
  const window = reason === undefined ? course.timing.windowAt(heardAtMs) : undefined
  const code = reason ?? course.timing.hold(heardAtMs)
  const saw = sightOf(moment, chosen.name, wave)
  const chance = window && { chance: { ...window, heardAt } }
  const told = { sample: seen.sample, atMs, saw, ...chance }
  if (code !== undefined) {
    if (code === 'OFF_WINDOW') course.evoked.silence(wave.aheadS)
    const { rule } = GATE_REASONS[code]
    events.push({ kind: 'decision', decision: { ...told, allowed: false, code, rule } })
    return
  }
  const level = course.titration.levelDb
  const { targetRad } = course
  const want = { actuator: 'sound', level, targetRad, heardAt } as const
  const id = `click-${course.wishes++}`
  const times = { atMs, madeAtMs: atMs, startsAtMs: Math.max(atMs, heardAtMs) }
  const verdict = judged(
    moment,
    {
      ...{ kind: 'proposal', id, ...times, actuator: 'sound', action: 'click' },
      ...{ level, durationMs: CLICK_MS },
    },
    events,
  )
  events.push({ kind: 'decision', decision: { ...told, want, ...verdictWords(verdict) } })
  if (verdict.kind !== 'allowed') return
  const predictedRad = wrapPhase(wave.phaseRad + course.choice.biasAt(targetRad))
  events.push({ kind: 'command', lease: verdict.lease, level, heardAt, targetRad, predictedRad })
  course.timing.clicked(heardAtMs)
  course.evoked.click(wave.aheadS)
  course.lastHeardMs = heardAtMs
  if (course.titration.clicked(heardAtMs)) tellLevel(course, seen.sample, 'quiet', events)
  if (course.random !== undefined) course.targetRad = PI * (2 * course.random.uniform() - 1)
}

/** The loop's own reasons against this wave, in order; the pattern of windows comes after them. */
function gateOf(
  course: ClickCourse,
  { header }: NightMoment,
  wave: Readonly<Opportunity>,
): GateCode | undefined {
  const { parameters } = header.release
  if (header.aim.kind === 'none') return 'NO_AIM'
  if (!(wave.amplitudeUv >= parameters.leastAmplitudeUv)) return 'SMALL_WAVE'
  if (!(wave.sdRad <= (parameters.mostPhaseSdDeg * PI) / 180)) return 'UNSURE_PHASE'
  if (Number.isNaN(course.titration.levelDb)) return 'NO_LEVEL'
  return undefined
}

/** An arousal within a minute of a click turns the level down; others are nobody's doing. */
function stir(course: ClickCourse, { seen, atMs }: NightMoment, events: LoopEvent[]): void {
  const disturbed = seen.disturbed
  const began = disturbed && !course.wasDisturbed && atMs - course.lastHeardMs <= BLAME_MS
  if (began && course.titration.stirred()) {
    tellLevel(course, seen.sample, 'stirred', events)
  }
  course.wasDisturbed = disturbed
}

function tellLevel(
  { titration }: ClickCourse,
  sample: number,
  why: string,
  events: LoopEvent[],
): void {
  events.push({ kind: 'level', sample, levelDb: titration.levelDb, why })
}
