import { describeProblem } from '@nocturne/core/math'
import {
  boxParts,
  boxScenes,
  eveningOf,
  type Measured,
  NightMeasure,
  openedArm,
  openTrial,
  recordsOf,
  type Trial,
} from '@nocturne/core/night'
import type { ByteSource } from '@nocturne/core/signal'
import { headerOf, withBox } from './box-reading.ts'
import { type Io, UsageError } from './command.ts'

/** A box as a night of a trial. */
export type BoxOfTrial = {
  /** 0 is the first night with an arm. */
  readonly night: number
  /** Local date of its evening; undefined for a rehearsal. */
  readonly evening?: string
  readonly measured: Measured
}

/**
 * Measures a box that was recorded as a night of a trial; which night it is tells its seal, which
 * fits one night of one trial. Throws `UsageError` for any other box. The arm is not looked at.
 */
export async function measuredBox(
  path: string,
  trial: Trial,
  secret: unknown,
  io: Io,
): Promise<BoxOfTrial> {
  const opened = openTrial(trial, secret)
  if (!opened.ok) throw new UsageError(`${trial.name}: ${describeProblem(opened.problem)}`)
  const { seed } = opened.value.opened!
  return withBox(path, async ({ sources }) => {
    const seal = await sealOf(sources)
    const night = Array.from({ length: trial.design.nights }, (_, k) => k).find(
      (k) => seal !== undefined && openedArm(seal, seed, k) !== undefined,
    )
    if (night === undefined) {
      throw new UsageError(`${path}: got a box of no night of ${trial.name}, expected one of it`)
    }
    const { rehearsal, timeZone, startMs } = await headerOf(sources, path)
    const lived = rehearsal ? {} : { evening: eveningOf(timeZone, startMs) }
    return { night, ...lived, measured: await measured(sources, path, trial, io) }
  })
}

async function sealOf(sources: readonly ByteSource[]): Promise<Uint8Array | undefined> {
  for await (const part of boxParts(sources)) {
    if (part.kind !== 'block') continue
    const seal = recordsOf(part)?.find((record) => record.kind === 'sealed')
    if (seal?.kind === 'sealed') return seal.bytes
  }
  return undefined
}

async function measured(
  sources: readonly ByteSource[],
  path: string,
  { design }: Trial,
  io: Io,
): Promise<Measured> {
  let measure: NightMeasure | undefined
  for await (const scene of boxScenes(sources)) {
    if (scene.kind === 'problem') throw new UsageError(describeProblem(scene.problem))
    if (scene.kind === 'damage') break
    if (scene.kind === 'start') measure ??= new NightMeasure(scene.header, design.blockMin)
    else {
      measure?.take(scene.input, scene.events)
      io.progress('measuring the night', Math.min(0.999, scene.fraction))
    }
  }
  io.progress('', 1)
  if (measure === undefined) throw new UsageError(`${path}: got no night, expected one`)
  return measure.measured()
}
