import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeProblem } from '@nocturne/core/math'
import { type RidgeWeights, readRidge } from '@nocturne/core/night'
import { UsageError } from './command.ts'
import { homeFolder } from './model-shelf.ts'
import { writeWholeFile } from './whole-file.ts'

/** The predictor that was learned of this machine's sleeper in earlier nights, if any. */
export function keptPersonal(): Promise<RidgeWeights | undefined> {
  return personalPredictor(keptFile(), false)
}

/** Keeps what was learned tonight for the next night; nothing learned changes nothing. */
export async function keepPersonal(weights: RidgeWeights | undefined): Promise<void> {
  if (weights !== undefined) await writePersonal(keptFile(), weights)
}

/** Writes a predictor, whole or not at all. */
export async function writePersonal(path: string, weights: RidgeWeights): Promise<void> {
  await writeWholeFile(path, `${JSON.stringify(weights)}\n`)
}

/** Reads a predictor. Throws UsageError when it is none, or is not there and has to be. */
export async function personalPredictor(
  path: string,
  required: boolean,
): Promise<RidgeWeights | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && !required) return undefined
    throw new UsageError(`${path}: got ${error.code ?? error.message}, expected a predictor`)
  })
  if (text === undefined) return undefined
  const read = readRidge(text)
  if (!read.ok) throw new UsageError(`${path}: ${describeProblem(read.problem)}`)
  return read.value
}

function keptFile(): string {
  return join(homeFolder(), 'phase-predictor.json')
}
