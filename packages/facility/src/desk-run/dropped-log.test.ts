import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { DROPPED_PARTITIONS, logsOf } from '#test/dropping-log.ts'
import {
  beginPartition,
  decodePartitionRecord,
  type PartitionState,
  partitionStep,
  writePartition,
} from '../../../core/src/fleet/index.ts'
import { seededRandom } from '../../../core/src/math/random.ts'
import type { LogPort } from '../log/log-port.ts'
import { recoverDesk, recoverPartitions } from './recovery.ts'
import { openSnapshots } from './snapshots.ts'
import { PLAIN_STATES } from './state-text.ts'

const PROGRAM = fileURLToPath(new URL('../../../../test/killed-drop.ts', import.meta.url))
const KILLS = process.env.NOCTURNE_NIGHTLY === '1' ? 40 : 3

let folder = ''
let child: ChildProcess | undefined
afterAll(async () => {
  child?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

/** Runs it until it has dropped something, then kills it a little later. */
async function killed(afterMs: number): Promise<void> {
  const words = ['--conditions=nocturne:src', '--import', 'tsx', PROGRAM, folder]
  const running = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  child = running
  const ended = new Promise((done) => running.once('exit', done))
  let said = ''
  running.stderr.on('data', (bytes) => {
    said += bytes
  })
  await new Promise<void>((done, failed) => {
    running.once('exit', () => failed(new Error(said)))
    running.stdout.on('data', (bytes) => /^[1-9]/m.test(String(bytes)) && done())
  })
  await new Promise((later) => setTimeout(later, afterMs))
  running.kill('SIGKILL')
  await ended
}

/** The state by all records that there ever were, up to where another log ends. */
async function stateOf(all: LogPort, partition: number, end: number): Promise<PartitionState> {
  let state = beginPartition(partition)
  for await (const { offset, entry } of all.read(new Map([[partition, 0]]))) {
    if (offset >= end) break
    const record = decodePartitionRecord(entry)
    if (!record.ok) throw new Error(record.problem.code)
    state = partitionStep(state, record.value).state
  }
  return state
}

it(`a log of which old records are dropped, killed ${KILLS} times, recovers to the bit what all records make (F99)`, async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-dropped-'))
  const random = seededRandom(30)
  let starts = DROPPED_PARTITIONS.map(() => 0)
  for (let kill = 0; kill < KILLS; kill++) {
    await killed(random.uniform() * 60)
    const { log, all } = await logsOf(folder)
    const snapshots = await openSnapshots(join(folder, 'snapshots'))
    const found = await recoverPartitions(DROPPED_PARTITIONS, log, snapshots, PLAIN_STATES)
    for (const [partition, { state, next }] of found) {
      expect(next).toBe(log.length(partition))
      const whole = await stateOf(all, partition, next)
      // Said in one word: the texts are long.
      expect(writePartition(state) === writePartition(whole)).toBe(true)
    }
    await recoverDesk(log, snapshots, { handshakesPerS: 100 })
    const now = await Promise.all(DROPPED_PARTITIONS.map((partition) => log.start(partition)))
    // Something was dropped each time.
    expect(now.every((start, i) => start > starts[i]!)).toBe(true)
    starts = now
    await Promise.all([log.close(), all.close()])
  }
  // Without its state what is left is not taken for all.
  const { log, all } = await logsOf(folder)
  const none = { read: async () => undefined, write: async () => undefined }
  const lost = recoverPartitions(DROPPED_PARTITIONS, log, none, PLAIN_STATES)
  await expect(lost).rejects.toThrow(/got a log that begins at record \d+, expected it from 0 on/)
  await Promise.all([log.close(), all.close()])
}, 1_200_000)
