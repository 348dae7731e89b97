import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  decodeFrames,
  decodePartitionRecord,
  PARTITIONS,
} from '../packages/core/src/fleet/index.ts'
import type { LogPort } from '../packages/facility/src/log/log-port.ts'

/** Another build of the program can be named, as while this one is being changed. */
const PROGRAM =
  process.env.NOCTURNE_PROGRAM ??
  fileURLToPath(new URL('../packages/cli/bin/nocturne.js', import.meta.url))

/** `nocturne facility` as a process of its own, on free ports, without a page. */
export class FacilityProcess {
  readonly url: string
  readonly mqttPort: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, told: { url: string; mqttPort: number }) {
    this.#child = child
    this.url = told.url
    this.mqttPort = told.mqttPort
  }

  /** Starts the program as a person would; resolves when its doors are open. */
  static start(folder: string, words: readonly string[] = []): Promise<FacilityProcess> {
    const all = ['facility', '--data', folder, '--port', '0', '--no-app', '--json', ...words]
    const child = spawn(process.execPath, [PROGRAM, ...all], { stdio: ['ignore', 'pipe', 'pipe'] })
    return new Promise((done, failed) => {
      let [out, err] = ['', '']
      child.stderr.on('data', (bytes) => {
        err = (err + bytes).slice(-4000)
      })
      child.stdout.on('data', (bytes) => {
        out += bytes
        if (out.endsWith('\n')) done(new FacilityProcess(child, JSON.parse(out)))
      })
      child.once('exit', (code) => failed(new Error(`exit ${code}: ${err}`)))
    })
  }

  /** One machine of a centre in a folder that all share; `a` comes first, and makes the grant key. */
  static startNode(
    folder: string,
    node: string,
    { bus, store }: { readonly bus: string; readonly store: string },
  ): Promise<FacilityProcess> {
    const own = join(folder, node)
    if (node !== 'a') {
      mkdirSync(own, { recursive: true })
      copyFileSync(join(folder, 'a', 'grant-key'), join(own, 'grant-key'))
    }
    return FacilityProcess.start(own, ['--bus', bus, '--store', store, '--node', node])
  }

  /** Ends it; resolves to its exit code. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
    return new Promise((done) => {
      child.once('exit', (code) => done(code))
      child.kill(signal)
    })
  }

  /** The counters of its door, reasons summed up. */
  async counts(): Promise<Record<string, number>> {
    const text = await (await fetch(`${this.url}/metrics`)).text()
    const counts: Record<string, number> = { rejected: 0 }
    for (const line of text.split('\n')) {
      const [, name, value] =
        /^nocturne_door_(\w+?)(?:_total)?(?:\{[^}]*\})? (\S+)$/.exec(line) ?? []
      if (name === undefined) continue
      counts[name] = (name === 'rejected' ? counts.rejected! : 0) + Number(value)
    }
    return counts
  }
}

/** Numbers of the frames that are in a log, by device. */
export async function framesInLog(log: LogPort): Promise<Map<string, Set<number>>> {
  const found = new Map<string, Set<number>>()
  const all = new Map(Array.from({ length: PARTITIONS }, (_, partition) => [partition, 0]))
  for await (const { entry } of log.read(all)) {
    const record = decodePartitionRecord(entry)
    if (!record.ok) throw new Error('a record that is none')
    if (record.value.kind !== 'frames') continue
    const block = decodeFrames(record.value.bytes)
    if (!block.ok) throw new Error('a block that is none')
    const seqs = found.get(record.value.device) ?? new Set()
    found.set(record.value.device, seqs.add(block.value.firstSeq))
  }
  return found
}
