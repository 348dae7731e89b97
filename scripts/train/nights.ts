import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from '../../packages/core/src/math/assert.ts'
import { describeProblem } from '../../packages/core/src/math/result.ts'
import { readBandPowers } from '../../packages/core/src/sleep/shipped/band-power-file.ts'
import type { BandPowerChannel } from '../../packages/core/src/sleep/shipped/starter.ts'
import { type SleepStage, STAGES } from '../../packages/core/src/sleep/stage/stage.ts'

/** A scored night of the Sleep-EDF tables. */
export type Night = {
  readonly name: string
  /** Two nights of one person share this: the first five letters of the file's name. */
  readonly person: string
  readonly channels: readonly BandPowerChannel[]
  /** 0..4 as in STAGES, -1 = not scored. */
  readonly labels: Int8Array
  /** From 30 min before the first sleep to 30 min after the last: the usual trimming. */
  readonly from: number
  readonly to: number
}

const MARGIN_EPOCHS = 60

/** Reads every `.csv` and `.csv.gz` of a folder, in the order of their names. */
export function readNights(folder: string): Night[] {
  const files = readdirSync(folder).filter((name) => /\.csv(\.gz)?$/.test(name))
  assert(files.length > 0, `no .csv or .csv.gz in ${folder}`)
  return files.sort().map((file) => {
    const read = readBandPowers(readFileSync(join(folder, file)))
    assert(read.ok, read.ok ? '' : `${file}: ${describeProblem(read.problem)}`)
    const { channels, stages } = read.value
    assert(stages !== undefined, `${file} has no column "stage"`)
    const labels = Int8Array.from(stages, (stage) => STAGES.indexOf(stage as SleepStage))
    const asleep = Array.from(labels.keys()).filter((e) => labels[e]! > 0)
    const from = Math.max(0, asleep[0]! - MARGIN_EPOCHS)
    const to = Math.min(labels.length, asleep.at(-1)! + 1 + MARGIN_EPOCHS)
    return { name: file.slice(0, 6), person: file.slice(0, 5), channels, labels, from, to }
  })
}

/** The same night from epoch `from` to `to`, as if only that had been recorded. */
export function cropNight(night: Night, from: number, to: number): Night {
  const channels = night.channels.map(({ label, powers }) => ({
    label,
    powers: { epochs: to - from, values: powers.values.slice(from * 7, to * 7) },
  }))
  const labels = night.labels.slice(from, to)
  return { ...night, channels, labels, from: 0, to: to - from }
}
