import {
  autonomyBreach,
  beginSilenceWatch,
  driftBank,
  driftStep,
  halfSpaceForest,
  halfSpaceStep,
  SANITY,
  type SanityFrame,
  SILENT_FRAMES,
  silenceStep,
} from '@nocturne/core/fleet'
import { type Random, seededRandom } from '@nocturne/core/math'
import { middle } from './measure.ts'

const RUNS = 100
/** Frames before a fault begins, and after. */
const BEFORE = 600
const AFTER = 240
const NUMBERS = 12
const MISSING = -32768
const SILENT_S = 30 * SILENT_FRAMES

/** Whether a run had an alarm before its fault, and frames to the alarm after it began. */
type Heard = { readonly early: boolean; readonly frames: number }

/** A made-up device: residuals of an ordinary night, and what a fault makes of frame `i` after it. */
type Fault = (frame: Float64Array, i: number, random: Random) => void

const FAULTS: Readonly<Record<string, Fault>> = {
  'level 3 deviations off': (frame) => {
    frame[3]! += 4.5
  },
  'level 5 deviations off': (frame) => {
    frame[3]! += 7.5
  },
  'drift of .1 deviation a frame': (frame, i) => {
    frame[3]! += 0.15 * i
  },
  'one wild value (must be quiet)': (frame, i) => {
    if (i === 0) frame[3] = 1000
  },
  'two numbers part that go together': (frame, _, random) => {
    frame[1] = -frame[0]! + 0.2 * random.normal()
  },
  'noise four times as wide': (frame) => {
    for (let c = 0; c < NUMBERS; c++) frame[c]! *= 4
  },
}

/** Injected faults: which detector finds which, how soon, and what was said before. */
export function benchFaults(): void {
  console.log(
    '\n| fault | detector | found | median frames | said before it |\n|---|---|---|---|---|',
  )
  for (const [name, fault] of Object.entries(FAULTS)) {
    for (const [detector, listen] of [
      ['L1 drift', listenDrift],
      ['L2 joint shape', listenShape],
    ] as const) {
      row(
        name,
        detector,
        Array.from({ length: RUNS }, (_, seed) => listen(fault, seed)),
      )
    }
  }
  for (const [name, change] of Object.entries(OWN_WORDS)) {
    row(
      name,
      'L0 sanity',
      Array.from({ length: RUNS }, (_, seed) => listenSanity(change, seed)),
    )
  }
  row('an act after its consent was withdrawn', 'autonomy', [listenAutonomy()])
  row('a district without power', 'silence', [listenSilence()])
}

function row(fault: string, detector: string, heard: readonly Heard[]): void {
  const found = heard.filter(({ frames }) => Number.isFinite(frames))
  const delay = found.length > 0 ? middle(found.map(({ frames }) => frames)) : '-'
  const early = heard.filter((one) => one.early).length
  console.log(
    `| ${fault} | ${detector} | ${found.length} of ${heard.length} | ${delay} | ${early} |`,
  )
}

function ordinary(random: Random): Float64Array {
  const frame = Float64Array.from({ length: NUMBERS }, random.normal)
  frame[1] = frame[0]! + 0.2 * random.normal()
  return frame
}

function listen(seed: number, fault: Fault, sounds: (frame: Float64Array) => boolean): Heard {
  const random = seededRandom(seed)
  let early = false
  for (let i = 0; i < BEFORE + AFTER; i++) {
    const frame = ordinary(random)
    if (i >= BEFORE) fault(frame, i - BEFORE, random)
    if (!sounds(frame)) continue
    if (i >= BEFORE) return { early, frames: i - BEFORE + 1 }
    early = true
  }
  return { early, frames: Number.POSITIVE_INFINITY }
}

function listenDrift(fault: Fault, seed: number): Heard {
  const bank = driftBank(1)
  const memories = new Float64Array(NUMBERS)
  return listen(seed, fault, (frame) => driftStep(bank, 0, frame, memories) >= 0)
}

function listenShape(fault: Fault, seed: number): Heard {
  let state = halfSpaceForest(NUMBERS)
  return listen(seed, fault, (frame) => {
    const judged = halfSpaceStep(state, frame)
    state = judged.state
    return judged.verdict === 'alarm'
  })
}

/** What a device says of itself when something broke. */
const OWN_WORDS: Readonly<Record<string, (frame: SanityFrame) => SanityFrame>> = {
  'a sensor stuck': (frame) => ({ ...frame, values: stuck(frame.values) }),
  'a heart of 400 a minute': (frame) => ({
    ...frame,
    values: Int16Array.from(frame.values, (x, c) => (c === 1 ? 4000 : x)),
  }),
  'a clock an hour ahead': (frame) => ({ ...frame, frameAtS: frame.frameAtS + 3600 }),
  'frames an hour old': (frame) => ({ ...frame, frameAtS: frame.frameAtS - 3600 }),
  'every number missing (must be quiet)': (frame) => ({
    ...frame,
    values: new Int16Array(NUMBERS).fill(MISSING),
  }),
}

function stuck(values: ArrayLike<number>): Int16Array {
  return Int16Array.from(values, (x, c) => (c === 1 ? 612 : x))
}

function listenSanity(change: (frame: SanityFrame) => SanityFrame, seed: number): Heard {
  const random = seededRandom(seed)
  let state = SANITY.begin()
  let early = false
  for (let i = 0; i < BEFORE + AFTER; i++) {
    const values = new Int16Array(NUMBERS).fill(MISSING)
    values[1] = Math.round(600 + 20 * random.normal())
    const frame = { frameAtS: 30 * i, nowS: 30 * i + 2, values }
    const judged = SANITY.step(state, i < BEFORE ? frame : change(frame))
    state = judged.state
    if (judged.verdict !== 'alarm') continue
    if (i >= BEFORE) return { early, frames: i - BEFORE + 1 }
    early = true
  }
  return { early, frames: Number.POSITIVE_INFINITY }
}

function listenAutonomy(): Heard {
  const grant = { id: 1, epoch: 1, ceiling: 'control', untilS: 1e6 } as const
  const consent = { consentId: 'c', mode: 'control', untilS: 1e6 } as const
  const breach = (atS: number): boolean =>
    autonomyBreach(
      {
        ...{ kind: 'act', atS, untilS: atS + 5, action: 'click', mode: 'control', level: 45 },
        ...{ consentId: 'c', grant: 1, epoch: 1 },
      },
      { consent: atS < 1000 ? consent : undefined, grant, enrolled: true },
    ) !== undefined
  const first = [1000, 1030, 1060].findIndex(breach)
  return {
    early: [10, 500, 999].some(breach),
    frames: first < 0 ? Number.POSITIVE_INFINITY : first + 1,
  }
}

/** A thousand devices of which each is heard every 30 s at its own second; the power fails at once. */
function listenSilence(): Heard {
  const last = Array.from({ length: 1000 }, (_, i) => (i * 7) % 30)
  let state = beginSilenceWatch()
  let early = false
  for (let second = 0; second < 1200; second++) {
    for (const [i, at] of last.entries()) {
      if (second <= 600 && second - at >= 30) last[i] = second
    }
    const silent = last.filter((at) => second - at > SILENT_S).length
    const fellSilent = last.filter(
      (at) => second - at > SILENT_S && second - at <= SILENT_S + 60,
    ).length
    const seen = { district: 'north', expected: 1000, silent, fellSilent }
    const next = silenceStep(state, [seen])
    state = next.state
    if (next.begun.length > 0 && second < 600) early = true
    if (next.begun.length > 0 && second >= 600) return { early, frames: (second - 600) / 30 }
  }
  return { early, frames: Number.POSITIVE_INFINITY }
}
