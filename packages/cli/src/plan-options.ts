import { readFile } from 'node:fs/promises'
import { type ClockPosterior, populationPosterior, readClockDocument } from '@nocturne/core/clock'
import { describeProblem, isTimeZone, momentOfText, type Result } from '@nocturne/core/math'
import {
  clockRange,
  DEFAULT_CONSTRAINTS,
  type FormerPlan,
  flightGoal,
  GOAL_FORMS,
  type Goal,
  type PlanConstraints,
  type PlanRequest,
  parseFlight,
  parseGoal,
  parseWork,
  readPlanDocument,
  timeText,
} from '@nocturne/core/plan'
import { type Arguments, numberOption, UsageError } from './command.ts'

/** A request for a plan from words of the command line, and what was assumed for want of them. */
export type AskedPlan = { readonly request: PlanRequest; readonly assumed: readonly string[] }

/** A plan or a sleeper of more than this is no such file, bytes. */
const MOST_JSON_BYTES = 50_000_000
const USUAL_HABIT = '23:00-07:00'
/** Who should not take melatonin without a physician, in one line (docs/SAFETY.md). */
const MELATONIN_QUESTIONS =
  'epilepsy, a blood thinner such as warfarin, other regular medicine, pregnancy or nursing, ' +
  'an autoimmune illness, under 18'

/** Reads the options of `nocturne plan`; `nowMs` is the shell's clock. Throws `UsageError`. */
export async function askedPlan(args: Arguments, nowMs: number): Promise<AskedPlan> {
  const constraints = constraintsOf(args)
  const sleeper = await sleeperOf(args.text('sleeper'))
  const zone = zoneOf(args, sleeper)
  const habit = habitOf(args)
  const startMs = startOf(args, zone, nowMs, sleeper?.habit.offsetH ?? habit.offsetH)
  const posterior = sleeper ?? populationPosterior(habit, zone, startMs)
  const goal = goalOf(args, constraints)
  const previous = await previousOf(args.text('previous'))
  const assumed: string[] = []
  if (!sleeper) {
    const usual = args.text('habit') ? '' : `, usual sleep ${USUAL_HABIT}`
    assumed.push(
      `no --sleeper: an average clock is assumed${usual}; people differ by an hour or two (nocturne clock fit narrows that)`,
    )
  }
  return { request: { posterior, goal, constraints, startMs, zone, previous }, assumed }
}

function goalOf(args: Arguments, constraints: PlanConstraints): Goal {
  const text = args.text('goal')
  if (text !== undefined) return must(parseGoal(text))
  const flown = flightGoal(constraints.flights)
  if (flown) return flown
  throw new UsageError(`--goal: got none, expected one as "${GOAL_FORMS.join('", "')}"`)
}

function constraintsOf(args: Arguments): PlanConstraints {
  if (args.flag('melatonin') && !args.flag('none-apply')) {
    throw new UsageError(
      `--melatonin: got no answer, expected --none-apply if none of these applies to you: ${MELATONIN_QUESTIONS} (docs/SAFETY.md)`,
    )
  }
  return {
    flights: parts(args.text('flight')).map((text) => must(parseFlight(text))),
    work: parts(args.text('work')).map((text) => must(parseWork(text))),
    lightMaxLux: numberOption(args, 'light-max', 50, 100_000) ?? DEFAULT_CONSTRAINTS.lightMaxLux,
    sleepMinH: numberOption(args, 'sleep-min', 4, 10) ?? DEFAULT_CONSTRAINTS.sleepMinH,
    naps: !args.flag('no-naps'),
    caffeine: args.flag('caffeine'),
    melatonin: args.flag('melatonin'),
  }
}

/** Several in one option, parted by semicolons. */
function parts(text: string | undefined): string[] {
  const all = (text ?? '').split(';').map((part) => part.trim())
  return all.filter((part) => part !== '')
}

function habitOf(args: Arguments): { onsetH: number; offsetH: number } {
  const text = args.text('habit') ?? USUAL_HABIT
  const range = clockRange(text)
  if (!range) throw new UsageError(`--habit: got "${text}", expected usual sleep as 23:00-07:00`)
  return { onsetH: range[0], offsetH: range[1] }
}

function zoneOf(args: Arguments, sleeper: ClockPosterior | undefined): string {
  const zone =
    args.text('zone') ?? sleeper?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  if (isTimeZone(zone)) return zone
  throw new UsageError(`--zone: got "${zone}", expected a name as Europe/Berlin, UTC or +02:00`)
}

/** A date begins at the usual waking; a date with a time at that time; else now. */
function startOf(args: Arguments, zone: string, nowMs: number, wakeH: number): number {
  const text = args.text('from')
  if (text === undefined) return nowMs
  const day = momentOfText(zone, text.length > 10 ? text : `${text}T00:00`)
  if (day === undefined) {
    throw new UsageError(`--from: got "${text}", expected a date as 2026-12-01 (or with a time)`)
  }
  if (text.length > 10) return day
  return momentOfText(zone, `${text}T${timeText(wakeH)}`) ?? day
}

async function sleeperOf(path: string | undefined): Promise<ClockPosterior | undefined> {
  if (path === undefined) return undefined
  const posterior = readClockDocument(await jsonOf(path))
  if (!posterior.ok) throw new UsageError(`${path}: ${describeProblem(posterior.problem)}`)
  return posterior.value
}

async function previousOf(path: string | undefined): Promise<FormerPlan | undefined> {
  if (path === undefined) return undefined
  const plan = readPlanDocument(await jsonOf(path))
  if (!plan.ok) throw new UsageError(`${path}: ${describeProblem(plan.problem)}`)
  return plan.value
}

async function jsonOf(path: string): Promise<unknown> {
  const bytes = await readFile(path)
  if (bytes.length > MOST_JSON_BYTES) {
    throw new UsageError(`${path}: got ${bytes.length} bytes, expected at most ${MOST_JSON_BYTES}`)
  }
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new UsageError(`${path}: got no JSON, expected what nocturne writes with --json`)
  }
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new UsageError(describeProblem(result.problem))
  return result.value
}
