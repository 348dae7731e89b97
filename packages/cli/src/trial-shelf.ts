import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeProblem } from '@nocturne/core/math'
import {
  commitmentOf,
  type Design,
  designText,
  isTrialName,
  type Measured,
  type NightOutcome,
  readTrial,
  type Trial,
  withOutcome,
  writeTrial,
} from '@nocturne/core/night'
import { UsageError } from './command.ts'
import { homeFolder } from './model-shelf.ts'
import { writeWholeFile } from './whole-file.ts'

/** Whom the system lets read a secret: its owner. */
const PRIVATE = 0o600

/**
 * Starts a trial: draws its secret, keeps that apart in a file of its own that no other command
 * shows, and the trial with the commitment beside it. A name that is taken is an error.
 */
export async function shelveTrial(name: string, design: Design, nowMs: number): Promise<Trial> {
  if (!isTrialName(name)) throw new UsageError(`${name}: got no name, expected a-z, 0-9, hyphens`)
  for (const file of [trialFile(name), secretFile(name)]) {
    if ((await textOf(file)) !== undefined) {
      throw new UsageError(`${name}: got a trial that is there (${file}), expected a new name`)
    }
  }
  const secret = { seed: randomBytes(32).toString('hex'), salt: randomBytes(32).toString('hex') }
  const commitment = commitmentOf(designText(design), secret)
  const trial: Trial = { name, createdMs: nowMs, design, commitment, nights: [] }
  await writeWholeFile(secretFile(name), `${JSON.stringify(secret, undefined, 2)}\n`, PRIVATE)
  await keepTrial(trial)
  return trial
}

/** Writes a trial where it is kept. */
export async function keepTrial(trial: Trial): Promise<void> {
  await writeWholeFile(trialFile(trial.name), writeTrial(trial))
}

/** Reads a trial by its name. Throws `UsageError` when there is none, or a damaged one. */
export async function openShelvedTrial(name: string): Promise<Trial> {
  const text = isTrialName(name) ? await textOf(trialFile(name)) : undefined
  if (text === undefined) throw new UsageError(`${name}: got no trial, expected the name of one`)
  const read = readTrial(text)
  if (!read.ok) throw new UsageError(`${trialFile(name)}: ${describeProblem(read.problem)}`)
  return read.value
}

/** The secret of a trial as it was kept; unchecked, `openTrial` does that. */
export async function shelvedSecret(name: string): Promise<unknown> {
  const text = await textOf(secretFile(name))
  if (text === undefined)
    throw new UsageError(`${secretFile(name)}: got no file, expected a secret`)
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Keeps what was measured in a night, where it was not kept before or anew. It hints at the arm, so
 * it lies beside the secret, for its owner only, and joins the trial when that is opened.
 */
export async function keepMeasured(name: string, night: number, measured: Measured): Promise<void> {
  const others = (await measuredNights(name)).filter((each) => each.night !== night)
  await keepNights(name, [...others, { night, ...measured }])
}

/**
 * Adds to what was measured in a night, kept away alike. Throws `UsageError`, and keeps what
 * was there, when the whole does not fit together: it would be found only when the trial is opened.
 */
export async function addMeasured(trial: Trial, night: number, more: Measured): Promise<void> {
  const nights = await measuredNights(trial.name)
  const whole = { ...nights.find((each) => each.night === night), night, ...more }
  const checked = readTrial(writeTrial({ ...trial, nights: [whole] }))
  if (!checked.ok) throw new UsageError(describeProblem(checked.problem))
  await keepNights(trial.name, [...nights.filter((each) => each.night !== night), whole])
}

async function keepNights(name: string, list: readonly NightOutcome[]): Promise<void> {
  const nights = [...list].sort((a, b) => a.night - b.night)
  const rows = nights.map((each) => JSON.stringify(each)).join(',\n')
  await writeWholeFile(measuredFile(name), `[\n${rows}\n]\n`, PRIVATE)
}

/** The trial with what was measured in its nights: for after it was opened. */
export async function withMeasured(trial: Trial): Promise<Trial> {
  const whole = (await measuredNights(trial.name)).reduce(withOutcome, trial)
  const checked = readTrial(writeTrial(whole))
  if (checked.ok) return checked.value
  throw new UsageError(`${measuredFile(trial.name)}: ${describeProblem(checked.problem)}`)
}

async function measuredNights(name: string): Promise<readonly NightOutcome[]> {
  const text = await textOf(measuredFile(name))
  if (text === undefined) return []
  try {
    const nights: unknown = JSON.parse(text)
    if (Array.isArray(nights)) return nights as NightOutcome[]
  } catch {
    // told below
  }
  throw new UsageError(`${measuredFile(name)}: got a damaged file, expected a list of nights`)
}

function measuredFile(name: string): string {
  return join(homeFolder(), 'sealed', `${name}-nights.json`)
}

/** Where a trial's secret lies until it is opened. */
export function secretFile(name: string): string {
  return join(homeFolder(), 'sealed', `${name}.json`)
}

function trialFile(name: string): string {
  return join(homeFolder(), 'trials', `${name}.json`)
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code = 'no reason', message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new UsageError(`${file}: got ${message}, expected a file`)
  }
}
