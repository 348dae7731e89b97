import {
  PACEMAKER_NAMES,
  type Pacemaker,
  type PacemakerName,
  pacemakerOf,
  simulate,
} from '@nocturne/core/clock'

const DT_H = 0.1
const ENTRAIN_DAYS = 30
/** Days of dim light from the last morning of the schedule on, and the cycle that is compared. */
const ROUTINE_DAYS = 6
const [WAKE_H, BED_H, DAY_LUX] = [7, 23, 150]
/** Centre of a night-time exposure before CBTmin, h: the early biological night. */
const EARLY_NIGHT_H = 3.5

/** Light of some lux from an hour of the routine for some hours. */
type Pulse = { readonly fromH: number; readonly hours: number; readonly lux: number }

/**
 * What each pacemaker answers to single exposures of light, beside what was measured in people. The
 * exposures are those of the papers as their abstracts tell them, after 30 days of 16:8 at 150 lux:
 * constant dim light, one exposure, and the shift of CBTmin three days later against no exposure.
 */
export async function benchLightResponse(): Promise<void> {
  console.log('## light-response: shifts of CBTmin in hours, advances positive\n')
  console.log(`| exposure | people | ${PACEMAKER_NAMES.join(' | ')} |`)
  console.log(`|---|---|${PACEMAKER_NAMES.map(() => '---').join('|')}|`)
  const curves = PACEMAKER_NAMES.map((name) => responseCurve(name, 6.7, 10_000, 4))
  row('6.7 h of 10,000 lux at any phase: peak to trough', '5.02 (n = 21)', curves.map(amplitudeOf))
  row(
    'largest delay',
    '',
    curves.map((curve) => Math.min(...curve.map(([, shift]) => shift))),
  )
  row(
    'largest advance',
    '',
    curves.map((curve) => Math.max(...curve.map(([, shift]) => shift))),
  )
  row('from delays to advances at, h after CBTmin', '0', curves.map(crossingOf))
  for (const [hours, measured] of [
    [0.2, '-1.07 (SE .36)'],
    [4, '-2.65 (SE .24)'],
  ] as const) {
    row(`${hours} h of 10,000 lux, early night`, measured, earlyNight(hours, 10_000, 3))
  }
  row('2 min of 9,500 lux, early night', '-0.76 (median)', earlyNight(2 / 60, 9500, 3))
  const [dim, bright] = [100, 9000].map((lux) => earlyNight(6.5, lux, 3))
  const shares = dim!.map((shift, i) => (100 * shift) / bright![i]!)
  row('6.5 h of 9,000 lux, early night', '', bright!)
  row('share of it by 100 lux, %', '50', shares, 0)
  row(
    'share of it by six 15-min pulses an hour apart, %',
    'most (n = 20)',
    intermittent(bright!),
    0,
  )
  console.log('\nKhalsa 2003 (10.1113/jphysiol.2003.040477), Chang 2012, Rahman 2017 (PMC5374060),')
  console.log('Zeitzer 2000, Gronfier 2004: there shifts of melatonin with the drift of the days')
  console.log('between (the 2-min controls: +0.37 h), here of CBTmin against no exposure.\n')
}

function row(what: string, people: string, values: readonly number[], digits = 2): void {
  console.log(`| ${what} | ${people} | ${values.map((v) => v.toFixed(digits)).join(' | ')} |`)
}

/** Shifts by a pulse around the clock: hours of its centre after CBTmin, and the shift. */
function responseCurve(
  name: PacemakerName,
  hours: number,
  lux: number,
  dimLux: number,
): [number, number][] {
  const routine = routineOf(name, dimLux)
  return Array.from({ length: 48 }, (_, i) => {
    const after = i / 2 - 12
    const pulse = { fromH: routine.cbtminH + after - hours / 2, hours, lux }
    return [after, routine.shift([pulse])]
  })
}

function amplitudeOf(curve: readonly [number, number][]): number {
  const shifts = curve.map(([, shift]) => shift)
  return Math.max(...shifts) - Math.min(...shifts)
}

/** Where the curve rises through 0 between its largest delay and its largest advance. */
function crossingOf(curve: readonly [number, number][]): number {
  const deepest = curve.reduce((low, [, shift], i) => (shift < curve[low]![1] ? i : low), 0)
  for (let i = deepest; i + 1 < curve.length; i++) {
    const [[a, below], [, above]] = [curve[i]!, curve[i + 1]!]
    if (below < 0 && above >= 0) return a + (0.5 * below) / (below - above)
  }
  return Number.NaN
}

function earlyNight(hours: number, lux: number, dimLux: number): number[] {
  return PACEMAKER_NAMES.map((name) => {
    const routine = routineOf(name, dimLux)
    const fromH = routine.cbtminH - EARLY_NIGHT_H - hours / 2
    return routine.shift([{ fromH, hours, lux }])
  })
}

function intermittent(continuous: readonly number[]): number[] {
  return PACEMAKER_NAMES.map((name, i) => {
    const routine = routineOf(name, 1)
    const fromH = routine.cbtminH - EARLY_NIGHT_H - 3.25
    const pulses = Array.from({ length: 6 }, (_, k) => ({
      fromH: fromH + 1.25 * k,
      hours: 0.25,
      lux: 9500,
    }))
    return (100 * routine.shift(pulses)) / continuous[i]!
  })
}

/** A person in constant dim light after a month of regular days. */
function routineOf(name: PacemakerName, dimLux: number) {
  const model = pacemakerOf(name)
  const startState = entrained(model)
  const dim = runRoutine(model, startState, dimLux, [])
  const second = dim.findIndex((hour) => hour > WAKE_H + 30)
  const cbtminH = dim[second]!
  const shift = (pulses: readonly Pulse[]): number => {
    const lit = runRoutine(model, startState, dimLux, pulses)
    const turn = (dim[second + 3]! - lit[second + 3]!) / 24
    return 24 * (turn - Math.round(turn))
  }
  return { cbtminH, shift }
}

function entrained(model: Pacemaker): number[] {
  const n = ENTRAIN_DAYS * 240 + Math.round(WAKE_H / DT_H) + 1
  const hours = Float64Array.from({ length: n }, (_, i) => ((i - 0.5) * DT_H + 24) % 24)
  const lux = hours.map((hour) => (hour >= WAKE_H && hour < BED_H ? DAY_LUX : 0))
  return [...simulate(model, { dtH: DT_H, lux }).states.at(-1)!]
}

/** CBTmin of a routine that begins at waking; pulses shorter than a sample are run as they are. */
function runRoutine(
  model: Pacemaker,
  startState: readonly number[],
  dimLux: number,
  pulses: readonly Pulse[],
): readonly number[] {
  const dtH = pulses.some(({ hours }) => hours < 0.25) ? DT_H / 12 : DT_H
  const n = Math.round((ROUTINE_DAYS * 24) / dtH) + 1
  const lux = Float64Array.from({ length: n }, (_, i) => {
    const hour = WAKE_H + (i - 0.5) * dtH
    const pulse = pulses.find(({ fromH, hours }) => hour >= fromH && hour < fromH + hours)
    return pulse?.lux ?? dimLux
  })
  const awake = new Float64Array(n).fill(1)
  return simulate(model, { dtH, lux, awake, startH: WAKE_H }, { startState }).cbtminH
}
