import type { ClockDraw } from '@nocturne/core/clock'
import type { Random } from '@nocturne/core/math'
import {
  cbtminsOf,
  hoursAhead,
  modulo24,
  type PlanarClock,
  planarClock,
  runPath,
} from '@nocturne/core/plan'
import { LIFE_DAYS, PER_DAY, type World } from './cell.ts'
import { LIFE_DT_H, targetOrbit } from './person.ts'

type State = readonly [number, number, number]

/** A person living in a world, day by day. */
export type Life = {
  readonly clock: PlanarClock
  readonly world: World
  readonly orbit: ReturnType<typeof targetOrbit>
  readonly states: State[]
  /** CBTmin so far, hours since the start. */
  readonly cbtminH: number[]
  /** Advice that was followed, per step of the days lived. */
  readonly followed: Int8Array
  advisedMin: number
  antidromic: number
  wrongPhase: number
  blocks: number
}

/** What a life came to. */
export type Outcome = {
  /** Days with CBTmin more than 1 h from the person's own entrained one. */
  readonly misalignedDays: number
  /** Days until it stays within 1 h; the length of the life if it never does. */
  readonly arrivedDays: number
  readonly antidromic: number
  /** Stretches that moved phase the wrong way, whatever they did to the amplitude. */
  readonly wrongPhase: number
  readonly blocks: number
  readonly advisedMinPerDay: number
}

const HALF = 2 // life steps in a step of advice
const TUNED_H = 1
/** Wrong-way effect that counts, h. */
const WRONG_H = 0.1
/** Hours off from which both ways lead home. */
const BOTH_WAYS_H = 9
/** Amplitude, in radii of the orbit, below which phase has no meaning and distance decides. */
const FAINT = 0.5
const ADVICE_DAYS = 7

/** Starts a life. */
export function newLife(person: ClockDraw, world: World): Life {
  const clock = planarClock(person, LIFE_DT_H)
  return {
    clock,
    world,
    orbit: targetOrbit(clock, world),
    states: [clock.start],
    cbtminH: [],
    followed: new Int8Array(LIFE_DAYS * PER_DAY),
    advisedMin: 0,
    antidromic: 0,
    wrongPhase: 0,
    blocks: 0,
  }
}

/**
 * Lives one day under advice (one level a step): each stretch is followed with the chance of
 * `adherence`. Where `isTried`, every followed stretch is tried on the person without it, and
 * counted when it pushed the clock the wrong way.
 */
export function liveDay(
  life: Life,
  advice: Int8Array,
  adherence: number,
  random: Random,
  isTried = true,
): void {
  const day = life.states.length - 1
  const from = day * PER_DAY
  const { asleep } = life.world
  const followed = life.followed.subarray(from, from + PER_DAY)
  const stretches: (readonly [number, number])[] = []
  for (let i = 0; i < PER_DAY; ) {
    const level = asleep[from + i] ? 0 : advice[i]!
    let to = i + 1
    while (to < PER_DAY && (asleep[from + to] ? 0 : advice[to]!) === level) to++
    if (level !== 0) {
      if (day < ADVICE_DAYS) life.advisedMin += (to - i) * 15
      if (adherence >= 1 || random.uniform() < adherence) {
        followed.fill(level, i, to)
        stretches.push([i, to])
      }
    }
    i = to
  }
  for (const [start, end] of isTried ? stretches : []) {
    life.blocks++
    const { isWrong, isAntidromic } = judgeStretch(life, day, start, end)
    if (isWrong) life.wrongPhase++
    if (isAntidromic) life.antidromic++
  }
  const path = run(life, life.states[day]!, from, from + PER_DAY)
  const at = 3 * HALF * PER_DAY
  life.states.push([path[at]!, path[at + 1]!, path[at + 2]!])
}

function run(life: Life, start: State, from: number, to: number): Float64Array {
  const { clock, world, followed } = life
  const alpha = new Float64Array(HALF * (to - from))
  let lastLux = Number.NaN
  let drive = 0
  for (let i = from; i < to; i++) {
    const lux = luxAt(world, followed, i)
    if (lux !== lastLux) {
      lastLux = lux
      drive = clock.alpha(lux)
    }
    alpha[HALF * (i - from)] = drive
    alpha[HALF * (i - from) + 1] = drive
  }
  const path = new Float64Array(3 * (alpha.length + 1))
  runPath(clock, alpha, start, path)
  return path
}

function luxAt(world: World, followed: Int8Array, i: number): number {
  const at = Math.min(i, world.usual.length - 1)
  if (world.asleep[at]) return 0
  const level = followed[at]!
  return level > 0 ? world.high[at]! : level < 0 ? world.low[at]! : world.usual[at]!
}

/**
 * Wrong-way advice: with this stretch (and what else was followed that day) the phase of the
 * person's own clock is, a day after the stretch and on usual light since, at least 6 minutes
 * further from its target than without it, though it is more than 1 h out of tune. It is antidromic
 * if the state is no nearer to the target either: light that lowers the amplitude on the way round
 * the singularity moves phase both ways. Beyond 9 h, where both ways lead home, and below half the
 * amplitude the distance of the states (6 minutes of it) decides alone.
 */
function judgeStretch(
  life: Life,
  day: number,
  start: number,
  end: number,
): { readonly isWrong: boolean; readonly isAntidromic: boolean } {
  const right = { isWrong: false, isAntidromic: false }
  const from = day * PER_DAY
  const settle = from + end + PER_DAY
  if (settle > life.world.usual.length) return right
  const day24 = life.followed.subarray(from, from + PER_DAY)
  const level = day24[start]!
  const withIt = standingAt(life, day, settle)
  day24.fill(0, start, end)
  const without = standingAt(life, day, settle)
  day24.fill(level, start, end)
  const off = Math.abs(without.offH)
  if (off < TUNED_H) return right
  if (off < BOTH_WAYS_H && without.isClear) {
    const isWrong = Math.abs(withIt.offH) > off + WRONG_H
    return { isWrong, isAntidromic: isWrong && withIt.distance >= without.distance }
  }
  const isFurther = withIt.distance > without.distance + (Math.PI / 12) * WRONG_H
  return { isWrong: isFurther, isAntidromic: isFurther }
}

/** Hours off the target and distance from it in radii at a step, and whether phase is clear. */
function standingAt(life: Life, day: number, step: number) {
  const path = run(life, life.states[day]!, day * PER_DAY, step)
  const a = path.at(-3)!
  const b = path.at(-2)!
  const home = 2 * HALF * (step % PER_DAY)
  const homeA = life.orbit.ab[home]!
  const homeB = life.orbit.ab[home + 1]!
  const { size2 } = life.orbit
  const d2 = (a - homeA) * (a - homeA) + (b - homeB) * (b - homeB)
  return {
    offH: hoursAhead(a, b, homeA, homeB),
    distance: Math.sqrt(d2 / size2),
    isClear: a * a + b * b > FAINT * FAINT * size2,
  }
}

/** CBTmin of the day just lived, hours since that day began; undefined if it had none. */
export function lastCbtminH(life: Life): number | undefined {
  const day = life.states.length - 2
  const path = run(life, life.states[day]!, day * PER_DAY, (day + 1) * PER_DAY)
  return cbtminsOf(life.clock, path)[0]
}

/** What a finished life came to. */
export function outcomeOf(life: Life): Outcome {
  const steps = LIFE_DAYS * PER_DAY
  const path = run(life, life.states[0]!, 0, steps)
  const fromH = 24 * life.world.target.fromDay
  const off = cbtminsOf(life.clock, path)
    .filter((h) => h >= fromH)
    .map((h) => ({ h, offH: modulo24(h - life.orbit.cbtminH + 12) - 12 }))
  let misalignedH = 0
  let arrivedH = fromH
  let last = { h: fromH, offH: off[0]?.offH ?? 12 }
  for (const now of [...off, { h: 24 * LIFE_DAYS, offH: off.at(-1)?.offH ?? 12 }]) {
    const share = now.h - last.h > 36 ? 1 : shareOut(last.offH, now.offH)
    misalignedH += share * (now.h - last.h)
    if (share > 0) arrivedH = last.h + (Math.abs(now.offH) > TUNED_H ? 1 : share) * (now.h - last.h)
    last = now
  }
  return {
    misalignedDays: misalignedH / 24,
    arrivedDays: (arrivedH - fromH) / 24,
    antidromic: life.antidromic,
    wrongPhase: life.wrongPhase,
    blocks: life.blocks,
    advisedMinPerDay: life.advisedMin / ADVICE_DAYS,
  }
}

/** Share of the way from one misalignment to the next that lies more than 1 h out. */
function shareOut(from: number, to: number): number {
  const delta = modulo24(to - from + 12) - 12
  const parts = 40
  let out = 0
  for (let k = 0; k < parts; k++) {
    const here = modulo24(from + ((k + 0.5) / parts) * delta + 12) - 12
    if (Math.abs(here) > TUNED_H) out++
  }
  return out / parts
}
