import { type ClockEstimate, estimateOf, fitClock, type Interval80 } from '@nocturne/core/clock'
import { median } from '@nocturne/core/math'
import { type MadeUpSleeper, madeUpSleeper } from '../../test/made-up-sleeper.ts'

/*
 * Do the 80 % intervals of a fit hold the truth 80 % of the time? Made-up people with clocks of
 * models that no fit uses. `npm run evaluate -- clock-coverage [people] [first seed]`. The reported
 * seeds are 500 001 to 500 360; lower ones were looked at while spreads were chosen.
 */
const people = Number(process.argv[2] ?? 360)
const firstSeed = Number(process.argv[3] ?? 500_001)

type Parameter = 'tauH' | 'cbtminH' | 'dlmoH' | 'sleepNeedH' | 'lightSensitivity'
const PARAMETERS: readonly Parameter[] = [
  'tauH',
  'cbtminH',
  'dlmoH',
  'sleepNeedH',
  'lightSensitivity',
]

/** What was known of a person, by seed: diary of 7 to 28 nights; some wore light, some spat. */
function kindOf(seed: number): { nights: number; light: boolean; dlmo: boolean } {
  return { nights: 7 + ((seed * 7) % 22), light: seed % 4 === 1, dlmo: seed % 8 === 3 }
}

type Outcome = {
  readonly person: MadeUpSleeper
  readonly kind: ReturnType<typeof kindOf>
  readonly estimate: ClockEstimate
}

const outcomes: Outcome[] = []
for (let seed = firstSeed; seed < firstSeed + people; seed++) {
  const kind = kindOf(seed)
  const clock = seed % 2 === 0 ? 'hannay19tp' : 'hilaire07'
  const person = madeUpSleeper(seed, kind.nights, clock, kind.light ? 'light' : 'diary')
  const fit = fitClock({ records: [person.record], dlmoMs: kind.dlmo ? person.dlmoMs : [] })
  if (!fit.ok) throw new Error(`seed ${seed}: ${fit.problem.code}`)
  outcomes.push({ person, kind, estimate: estimateOf(fit.value.belief) })
  if (outcomes.length % 40 === 0) process.stderr.write(`${outcomes.length} of ${people}\n`)
}

report('everyone', outcomes)
report(
  'diary only',
  outcomes.filter(({ kind }) => !kind.light && !kind.dlmo),
)
report(
  'with light worn',
  outcomes.filter(({ kind }) => kind.light),
)
report(
  'with one DLMO',
  outcomes.filter(({ kind }) => kind.dlmo),
)
for (const model of ['hannay19tp', 'hilaire07']) {
  report(
    `clocks of ${model}`,
    outcomes.filter(({ person }) => person.model === model),
  )
}

function report(name: string, some: readonly Outcome[]): void {
  console.log(`${name}: ${some.length} people`)
  for (const parameter of PARAMETERS) {
    const inside = some.filter(({ person, estimate }) => {
      const { lo80, hi80 } = estimate[parameter]
      const truth = truthOf(person, estimate, parameter)
      return truth >= lo80 && truth <= hi80
    }).length
    const errors = some.map(({ person, estimate }) =>
      Math.abs(truthOf(person, estimate, parameter) - estimate[parameter].median),
    )
    const bias = some.map(
      ({ person, estimate }) => estimate[parameter].median - truthOf(person, estimate, parameter),
    )
    const widths = some.map(({ estimate }) => width(estimate[parameter]))
    const coverage = `${((100 * inside) / some.length).toFixed(1)} %`.padStart(7)
    const error = (errors.reduce((a, b) => a + b, 0) / errors.length).toFixed(3)
    console.log(
      `  ${parameter.padEnd(17)} 80 % interval holds ${coverage}, median width ${middle(widths).toFixed(2)}, ` +
        `mean error ${error}, bias ${(bias.reduce((a, b) => a + b, 0) / bias.length).toFixed(3)}`,
    )
  }
}

/** The truth; a clock time on the turn of the clock that is nearest to the estimate. */
function truthOf(person: MadeUpSleeper, estimate: ClockEstimate, parameter: Parameter): number {
  const truth = person.truth[parameter]
  if (parameter !== 'cbtminH' && parameter !== 'dlmoH') return truth
  return truth - 24 * Math.round((truth - estimate[parameter].median) / 24)
}

function width({ lo80, hi80 }: Interval80): number {
  return hi80 - lo80
}

function middle(values: readonly number[]): number {
  return median(Float64Array.from(values))
}
