import type { Random } from '../../math/random.ts'
import { EPOCH_S, type SleepStage } from '../stage/stage.ts'
import { between, chanceOf, logNormal, waiting } from './chance.ts'
import type { Person } from './person.ts'

/** A stretch of one stage, in seconds from the start; its borders are not bound to epochs. */
export type Stretch = {
  readonly startS: number
  readonly endS: number
  readonly stage: SleepStage
  /** Which NREM-REM cycle it belongs to, from 0. */
  readonly cycle: number
}

/**
 * Minutes of deep and of REM sleep that the cycles of a mean night aim at, and of N2 before each.
 */
const DEEP_MIN = [33, 24, 11, 5, 2] as const
const REM_MIN = [6, 14, 21, 25, 27] as const
const DESCENT_MIN = [10, 11, 14, 18, 22] as const
const ASCENT_MIN = [10, 15, 24, 26, 26] as const

/**
 * Mean minutes until sleep is interrupted, and what by, from the transition counts of 25 healthy
 * nights scored by five experts (Dreem Open Dataset; Guillot et al., IEEE TNSRE 28, 2020): N2 is
 * left for W or N1 at .046 an epoch, N3 for N2 at .050 and W at .013, REM at .044.
 */
const HOLD_MIN = { N2: 10.5, N3: 8, R: 14 } as const

/** Longest sleep of a night, hours: whoever lies longer lies awake. */
const LONGEST_SLEEP_H = 9.3
/** Nights shorter than this end asleep: they are the first hours of a longer one. */
const WHOLE_NIGHT_H = 5

/**
 * The stages of a night of `durationS` seconds as stretches that cover it: latency, NREM-REM cycles
 * with N3 mostly early and REM lengthening towards morning, brief interruptions, and a last
 * awakening. A semi-Markov process: what follows what is fixed by the place in the cycle, how long
 * is drawn.
 */
export function stageCourse(seed: number, person: Person, durationS: number): readonly Stretch[] {
  const random = chanceOf(seed, 'course')
  const writer = courseWriter(wakeUpS(random, person, durationS), durationS)
  writer.add('W', Math.min(person.latencyMin * 60, durationS / 5))
  fallAsleep(random, writer)
  while (!writer.full()) {
    sleepCycle(random, person, writer)
    writer.nextCycle()
  }
  return writer.finish()
}

/**
 * The stage that fills most of each whole epoch: the hypnogram an expert's eye would be held to.
 */
export function epochStages(course: readonly Stretch[], durationS: number): SleepStage[] {
  const stages: SleepStage[] = []
  let first = 0
  for (let epoch = 0; (epoch + 1) * EPOCH_S <= durationS; epoch++) {
    const startS = epoch * EPOCH_S
    while (course[first]!.endS <= startS) first++
    const held = new Map<SleepStage, number>()
    for (let k = first; k < course.length && course[k]!.startS < startS + EPOCH_S; k++) {
      const { stage, startS: from, endS: to } = course[k]!
      const share = Math.min(to, startS + EPOCH_S) - Math.max(from, startS)
      held.set(stage, (held.get(stage) ?? 0) + share)
    }
    stages.push([...held].reduce((best, next) => (next[1] > best[1] ? next : best))[0])
  }
  return stages
}

/**
 * How near N2 is to N3, 0 .. 1: rising over the four minutes before it, falling over the two after.
 * Sleep deepens by degrees, and where N3 begins experts part.
 */
export function depthOfN2(course: readonly Stretch[], k: number, atS: number): number {
  const { startS, endS } = course[k]!
  const before = course[k + 1]?.stage === 'N3' ? 1 - (endS - atS) / 240 : 0
  const after = course[k - 1]?.stage === 'N3' ? 1 - (atS - startS) / 120 : 0
  return Math.max(0, Math.min(1, Math.max(before, after)))
}

type CourseWriter = {
  add(stage: SleepStage, seconds: number): void
  nextCycle(): void
  cycle(): number
  full(): boolean
  finish(): readonly Stretch[]
}

function wakeUpS(random: Random, person: Person, durationS: number): number {
  const lieIn = between(random, 3, 14) * 60
  if (durationS < WHOLE_NIGHT_H * 3600) return durationS
  return Math.min(durationS - lieIn, (person.latencyMin / 60 + LONGEST_SLEEP_H) * 3600)
}

function courseWriter(wakeS: number, durationS: number): CourseWriter {
  const stretches: Stretch[] = []
  let cycle = 0
  let atS = 0
  const put = (stage: SleepStage, endS: number): void => {
    const last = stretches.at(-1)
    if (endS <= atS) return
    if (last?.stage === stage) stretches[stretches.length - 1] = { ...last, endS }
    else stretches.push({ startS: atS, endS, stage, cycle })
    atS = endS
  }
  return {
    add: (stage, seconds) => put(stage, Math.min(wakeS, atS + seconds)),
    nextCycle: () => void cycle++,
    cycle: () => cycle,
    full: () => atS >= wakeS,
    finish: () => {
      put('W', durationS)
      return stretches
    },
  }
}

function fallAsleep(random: Random, writer: CourseWriter): void {
  writer.add('N1', between(random, 50, 150))
  if (random.uniform() < 0.6) {
    writer.add('W', between(random, 20, 70))
    writer.add('N1', between(random, 60, 150))
  }
}

function sleepCycle(random: Random, person: Person, writer: CourseWriter): void {
  const nth = Math.min(writer.cycle(), 4)
  const vary = (minutes: number): number => minutes * between(random, 0.75, 1.25)
  const deepMin = vary(DEEP_MIN[nth]!) * person.deepScale
  hold(random, person, writer, 'N2', vary(DESCENT_MIN[nth]!))
  if (deepMin > 1.5) hold(random, person, writer, 'N3', deepMin)
  hold(random, person, writer, 'N2', vary(ASCENT_MIN[nth]!))
  // About one sleeper in eight skips the first REM period.
  const skipped = nth === 0 && random.uniform() < 0.12
  if (!skipped) hold(random, person, writer, 'R', vary(REM_MIN[nth]!) * person.remScale)
  if (random.uniform() < 0.66) writer.add('W', awakeningS(random))
  writer.add('N1', between(random, 40, 110))
}

/** Sleeps `minutes` of one stage, with the interruptions that belong to it. */
function hold(
  random: Random,
  person: Person,
  writer: CourseWriter,
  stage: 'N2' | 'N3' | 'R',
  minutes: number,
): void {
  let leftS = minutes * 60
  const meanS = (HOLD_MIN[stage] * 60) / person.restlessness
  while (leftS > 0 && !writer.full()) {
    const boutS = Math.max(45, waiting(random, meanS))
    writer.add(stage, Math.min(leftS, boutS))
    leftS -= boutS
    if (leftS > 30) interrupt[stage](random, writer)
  }
}

const interrupt: Record<'N2' | 'N3' | 'R', (random: Random, writer: CourseWriter) => void> = {
  N2: (random, writer) => {
    if (random.uniform() < 0.66) writer.add('W', awakeningS(random))
    writer.add('N1', between(random, 25, 85))
  },
  N3: (random, writer) => {
    if (random.uniform() < 0.2) {
      writer.add('W', between(random, 20, 45))
      writer.add('N1', between(random, 25, 60))
    }
    writer.add('N2', between(random, 40, 170))
  },
  R: (random, writer) => {
    const kind = random.uniform()
    if (kind < 0.45) writer.add('W', Math.min(120, awakeningS(random)))
    if (kind < 0.75) writer.add('N1', between(random, 30, 80))
    else writer.add('N2', between(random, 35, 120))
  },
}

/** Most awakenings are short; one in ten or so keeps the sleeper up for minutes. */
function awakeningS(random: Random): number {
  const kind = random.uniform()
  if (kind < 0.72) return between(random, 20, 65)
  if (kind < 0.9) return between(random, 65, 170)
  return Math.min(1200, logNormal(random, 350, 0.5))
}
