import type { Random } from '../../math/random.ts'
import { around, between, chanceOf, logNormal, waiting } from './chance.ts'
import type { Stretch } from './course.ts'
import type { Gesture, GestureShape } from './gesture.ts'
import type { Topography } from './montage.ts'
import type { Burst } from './restless-plan.ts'
import type { PlainTruth } from './sleep-event.ts'
import { DROWSY_S, isWithin, type Span } from './vigilance.ts'

/** Eyes, and the small events that belong to N1 and REM: what happens and what is drawn. */
export type EyePlan = {
  readonly events: readonly PlainTruth[]
  readonly gestures: readonly Gesture[]
  readonly twitches: readonly Burst[]
}

/** Mean seconds between blinks and between saccades with open eyes. */
const BLINK_EVERY_S = 4.5
const SACCADE_EVERY_S = 2.4
/** Mean pause between bursts of rapid eye movements, seconds, early and late in the night. */
const BURST_EVERY_S = { early: 22, late: 13 } as const
/** Median sizes at the eye, uV. */
const REM_UV = 95
const ROLL_UV = 60

type Notes = { events: PlainTruth[]; gestures: Gesture[]; twitches: Burst[] }

/**
 * When the sleeper's eyes are open: at first until the light goes out, in the longer awakenings for
 * a while, and after the last. In order of time.
 */
export function openEyes(seed: number, course: readonly Stretch[]): readonly Span[] {
  const random = chanceOf(seed, 'eyes')
  const spans: Span[] = []
  course.forEach(({ stage, startS, endS }, k) => {
    if (stage !== 'W') return
    const lengthS = endS - startS
    const last = k === course.length - 1 && k > 0
    const share = between(random, 0.2, 0.45)
    if (k === 0) spans.push({ startS, endS: startS + share * lengthS })
    else if (last) spans.push({ startS: startS + Math.min(20, 0.3 * lengthS), endS })
    else if (lengthS > 40 && random.uniform() < 0.5) {
      spans.push({ startS: startS + 3, endS: startS + 3 + share * lengthS })
    }
  })
  return spans
}

/**
 * Places blinks and saccades (wake), slow rolling movements (drowsiness, N1), rapid eye movements
 * in bursts, with sawtooth waves and twitches (REM), and vertex waves (N1). None within `quiet`
 * spans.
 */
export function planEyes(
  seed: number,
  eegScale: number,
  course: readonly Stretch[],
  open: readonly Span[],
  quiet: readonly Span[],
): EyePlan {
  const random = chanceOf(seed, 'rem')
  const notes: Notes = { events: [], gestures: [], twitches: [] }
  course.forEach((stretch, k) => {
    if (stretch.stage === 'W') {
      addBlinks(random, stretch, open, notes)
      addSaccades(random, stretch, open, notes)
      if (course[k + 1]?.stage === 'N1') {
        const startS = Math.max(stretch.startS, stretch.endS - DROWSY_S)
        addRolls(random, startS, stretch.endS, notes)
      }
    }
    if (stretch.stage === 'N1' && course[k - 1]?.stage !== 'R') {
      addRolls(random, stretch.startS, stretch.endS, notes)
      addVertexWaves(random, eegScale, stretch, notes)
    }
    if (stretch.stage === 'R') addBursts(random, eegScale, stretch, notes)
  })
  const clear = ({ startS }: Span): boolean => !isWithin(quiet, startS)
  return {
    events: notes.events.filter(({ startS, durationS }) =>
      clear({ startS, endS: startS + durationS }),
    ),
    gestures: notes.gestures.filter(clear),
    twitches: notes.twitches.filter(clear),
  }
}

function addBlinks(
  random: Random,
  { startS, endS }: Stretch,
  open: readonly Span[],
  n: Notes,
): void {
  for (let atS = startS + between(random, 0.8, 3); atS < endS - 1; ) {
    const isOpen = isWithin(open, atS)
    const uv = logNormal(random, isOpen ? 170 : 90, 0.25)
    note(n, 'blink', 'blink', 'verticalEye', atS - 0.25, atS + 0.75, { atS, uv, a: 1, b: 0 })
    atS += 0.8 + waiting(random, isOpen ? BLINK_EVERY_S : 30)
  }
}

function addSaccades(
  random: Random,
  { startS, endS }: Stretch,
  open: readonly Span[],
  n: Notes,
): void {
  let side = 1
  for (let atS = startS + between(random, 0.5, 2); atS < endS - 2; ) {
    const isOpen = isWithin(open, atS)
    if (isOpen) {
      const uv = side * logNormal(random, 55, 0.4)
      note(n, 'saccade', 'saccade', 'horizontalEye', atS, atS + 1.2, { atS, uv, a: 0.4, b: 0 })
    }
    side = random.uniform() < 0.7 ? -side : side
    atS += 0.4 + waiting(random, isOpen ? SACCADE_EVERY_S : 12)
  }
}

function addRolls(random: Random, startS: number, endS: number, n: Notes): void {
  for (let atS = startS + between(random, 0, 4); ; ) {
    const durationS = between(random, 5, 12)
    if (atS + durationS > endS + 2) return
    const roll = { atS, uv: logNormal(random, ROLL_UV, 0.3), a: between(random, 0.2, 0.38) }
    const b = random.uniform() < 0.5 ? 0 : Math.PI
    note(n, 'slow-eye-movement', 'roll', 'horizontalEye', atS, atS + durationS, { ...roll, b })
    atS += durationS + waiting(random, 4)
  }
}

function addVertexWaves(random: Random, eegScale: number, stretch: Stretch, n: Notes): void {
  for (let atS = stretch.startS + between(random, 15, 40); atS < stretch.endS - 1; ) {
    const uv = logNormal(random, 70, 0.25) * eegScale
    note(n, 'vertex-wave', 'vertex', 'vertex', atS - 0.35, atS + 0.35, { atS, uv, a: 1, b: 0 })
    atS += 1 + waiting(random, 14)
  }
}

function addBursts(random: Random, eegScale: number, stretch: Stretch, n: Notes): void {
  const { early, late } = BURST_EVERY_S
  const pauseS = early + ((late - early) * Math.min(stretch.cycle, 4)) / 4
  for (let atS = stretch.startS + between(random, 2, 9); atS < stretch.endS - 4; ) {
    if (random.uniform() < 0.22) {
      const endS = atS + between(random, 2, 5)
      const saw = { atS, uv: logNormal(random, 24, 0.2) * eegScale, a: between(random, 2.3, 3.8) }
      note(n, 'sawtooth-waves', 'sawtooth', 'sawtooth', atS, endS, { ...saw, b: 0 })
      atS = endS - 0.5
    }
    atS = addBurst(random, atS, stretch.endS, n)
    atS += 2 + waiting(random, pauseS)
  }
}

/** A burst of rapid eye movements, mostly to and fro, some with a twitch; returns its end. */
function addBurst(random: Random, startS: number, limitS: number, n: Notes): number {
  const count = 1 + Math.floor(waiting(random, 3))
  let side = random.uniform() < 0.5 ? -1 : 1
  let atS = startS
  for (let k = 0; k < count && atS < limitS - 1.5; k++) {
    const move = { atS, a: Math.max(0.15, around(random, 0.3, 0.06)), b: 0 }
    const uv = side * logNormal(random, REM_UV, 0.35)
    note(n, 'rem', 'saccade', 'horizontalEye', atS, atS + 1.1, { ...move, uv })
    const tilt = around(random, 0, 0.35) * uv
    draw(n, 'saccade', 'verticalEye', atS, atS + 1.1, { ...move, uv: tilt })
    if (random.uniform() < 0.1) addTwitch(random, atS, n)
    side = random.uniform() < 0.75 ? -side : side
    atS += between(random, 0.35, 1.3)
  }
  return atS
}

function addTwitch(random: Random, atS: number, n: Notes): void {
  const durationS = between(random, 0.1, 0.4)
  const uv = logNormal(random, 12, 0.4)
  n.twitches.push({ startS: atS, endS: atS + durationS, uv, scalp: false })
  n.events.push({ kind: 'twitch', startS: atS, durationS, amplitudeUv: uv })
}

type Form = Pick<Gesture, 'atS' | 'uv' | 'a' | 'b'>

function note(
  notes: Notes,
  kind: PlainTruth['kind'],
  shape: GestureShape,
  topography: Topography,
  startS: number,
  endS: number,
  form: Form,
): void {
  const shown = shape === 'saccade' ? Math.min(endS - startS, 0.7) : endS - startS
  notes.events.push({ kind, startS, durationS: shown, amplitudeUv: Math.abs(form.uv) })
  draw(notes, shape, topography, startS, endS, form)
}

function draw(
  notes: Notes,
  shape: GestureShape,
  topography: Topography,
  startS: number,
  endS: number,
  form: Form,
): void {
  notes.gestures.push({ shape, topography, startS, endS, ...form })
}
