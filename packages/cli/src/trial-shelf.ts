import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeProblem } from '@nocturne/core/math'
import {
  commitmentOf,
  type Design,
  designText,
  isTrialName,
  readTrial,
  type Trial,
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
