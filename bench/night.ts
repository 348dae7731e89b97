import { existsSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeEdf } from '@nocturne/core/signal'
import { SYNTHETIC_CHANNELS, synthesizeNight } from '@nocturne/core/sleep'
import { writeWholeFile } from '../packages/cli/src/whole-file.ts'
import { chromiumNight } from './chromium.ts'
import { middle, type Run, runNode, runPython } from './measure.ts'

const RUNS = 3
const HOURS = 8
const RATE_HZ = 256
const CHANNELS = 12
const NOCTURNE = fileURLToPath(new URL('../packages/cli/bin/nocturne.js', import.meta.url))
const READ_ALL = fileURLToPath(new URL('./read-all.ts', import.meta.url))
const PEERS = fileURLToPath(new URL('./peers/', import.meta.url))

type YasaRun = {
  readonly importS: number
  readonly readS: number
  readonly stageS: number
  readonly eventsS: number
  readonly statisticsS: number
  readonly totalS: number
  readonly maxRssMb: number
  readonly spindles: number
  readonly slowWaves: number
  readonly rems: number
}
type ReadRun = { readonly seconds: number; readonly samples: number }

/**
 * Eight hours, twelve channels, 256 Hz (177 MB), from disk to stages, events and statistics, beside
 * YASA doing the same on the same machine in the same run; and all twelve channels read beside
 * pyedflib and MNE.
 */
export async function benchNight(): Promise<void> {
  const file = await recording()
  const model = process.env.NOCTURNE_BENCH_MODEL ?? 'starter'
  runNode([NOCTURNE, 'doctor', '--json'])
  const ours: Run[] = []
  const yasa: (YasaRun & { wallS: number })[] = []
  const reads: Record<string, number[]> = { nocturne: [], pyedflib: [], mne: [] }
  for (let run = 0; run < RUNS; run++) {
    ours.push(runNode([NOCTURNE, 'night', file, '--model', model, '--json']))
    const peer = runPython<YasaRun>([
      `${PEERS}yasa_night.py`,
      ...[file, 'EEG C4-M1', 'EOG E1-M2', 'EOG E2-M2', 'EMG chin'],
    ])
    if (peer) yasa.push(peer)
    const own = runNode(['--import', 'tsx', '--conditions=nocturne:src', READ_ALL, file])
    reads.nocturne?.push((JSON.parse(own.stdout) as ReadRun).seconds)
    for (const which of ['pyedflib', 'mne']) {
      const read = runPython<ReadRun>([`${PEERS}read_all.py`, which, file])
      if (read) reads[which]?.push(read.seconds)
    }
  }
  const chromium = await chromiumNight(file, RUNS)
  tell(ours, yasa, reads, chromium)
}

/** The recording of the bench, made once and kept in the temporary folder. */
async function recording(): Promise<string> {
  const path = join(tmpdir(), `nocturne-bench-${HOURS}h-${CHANNELS}ch-${RATE_HZ}hz.edf`)
  if (existsSync(path)) return path
  const night = synthesizeNight({
    hours: HOURS,
    seed: 8,
    rateHz: RATE_HZ,
    channels: SYNTHETIC_CHANNELS.slice(0, CHANNELS),
  }).recording
  const own = night.channels
  const channels = Array.from({ length: CHANNELS }, (_, index) => {
    const channel = own[index % own.length]!
    return index < own.length ? channel : { ...channel, label: `${channel.label} ${index}` }
  })
  await writeWholeFile(path, writeEdf({ ...night, channels }))
  return path
}

function tell(
  ours: readonly Run[],
  yasa: readonly (YasaRun & { wallS: number })[],
  reads: Readonly<Record<string, readonly number[]>>,
  chromium: readonly number[],
): void {
  const own = middle(ours.map(({ seconds }) => seconds))
  const memory = Math.max(...ours.map(({ maxRssMb }) => maxRssMb))
  console.log(
    `## night: ${HOURS} h, ${CHANNELS} channels, ${RATE_HZ} Hz, from disk to statistics\n`,
  )
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}\n`)
  console.log('| | median of runs | beside nocturne |\n|---|---|---|')
  row('nocturne night, start included', own, own)
  console.log(`| peak memory | ${memory.toFixed(0)} MB | |`)
  if (yasa.length > 0) {
    row('YASA, start included', middle(yasa.map(({ wallS }) => wallS)), own)
    row('YASA, without its start', middle(yasa.map((r) => r.totalS - r.importS)), own)
    console.log(`| YASA peak memory | ${middle(yasa.map((r) => r.maxRssMb)).toFixed(0)} MB | |`)
  } else console.log('| YASA | not here: set NOCTURNE_PYTHON | |')
  const read = middle(reads.nocturne ?? [])
  row('nocturne reads 12 channels', read, read)
  for (const peer of ['pyedflib', 'mne']) {
    const seconds = reads[peer] ?? []
    if (seconds.length > 0) row(`${peer} reads 12 channels`, middle(seconds), read)
  }
  if (chromium.length > 0) row('the page in Chromium, file to night', middle(chromium), own)
}

function row(name: string, seconds: number, own: number): void {
  console.log(`| ${name} | ${seconds.toFixed(2)} s | ${(seconds / own).toFixed(2)} x |`)
}
