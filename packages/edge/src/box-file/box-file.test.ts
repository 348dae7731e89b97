import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { type Random, seededRandom } from '@nocturne/core/math'
import { type BoxRecord, boxParts, recordsOf, replay, verifyBox } from '@nocturne/core/night'
import { bytesSource } from '@nocturne/core/signal'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { TOY_LATTICE, toyRecords } from '#test/made-up-box.ts'
import { toyHeader, toyInputs, toyLoop } from '#test/toy-loop.ts'
import { UnreliableDisk } from '#test/unreliable-disk.ts'
import { type BoxTrouble, openBoxFile } from './box-file.ts'
import { openBoxSources } from './box-sources.ts'

// In memory where there is such a folder: the medium is the unreliable disk's business.
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const folder = mkdtempSync(join(MEMORY, 'nocturne-box-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const LATTICES = [TOY_LATTICE, TOY_LATTICE]
const RECORDS = toyRecords(toyHeader(), toyInputs(20))
const NIGHTLY = process.env.NOCTURNE_NIGHTLY !== undefined
const TIMEOUT_MS = NIGHTLY ? 1_800_000 : 120_000

/** The records before the first place that could not be read. */
async function readable(segments: readonly Uint8Array[]): Promise<BoxRecord[]> {
  const records: BoxRecord[] = []
  for await (const part of boxParts(segments.map((bytes) => bytesSource(bytes)))) {
    if (part.kind === 'damage' || part.kind === 'problem') break
    if (part.kind === 'block') records.push(...recordsOf(part)!)
  }
  return records
}

describe('A box on disk', () => {
  it('holds the whole night, in as many segments as were asked for', async () => {
    const path = join(folder, 'night.box')
    const box = await openBoxFile(path, { lattices: LATTICES, segmentMs: 8000 })
    for (const record of RECORDS) expect(box.append(record)).toBe(true)
    expect(await box.close()).toBe(0)
    expect(box.acknowledged).toBe(RECORDS.length)
    const opened = await openBoxSources(path)
    if (!opened.ok) throw new Error(opened.problem.got)
    const summary = await verifyBox(opened.value.sources)
    await opened.value.close()
    expect(summary).toMatchObject({
      value: { ok: true, records: RECORDS.length, segments: 3, ended: true },
    })
  })

  it('is not overwritten by chance, and its old segments go when it is replaced', async () => {
    const path = join(folder, 'again.box')
    const older = await openBoxFile(path, { segmentMs: 3000 })
    for (const record of RECORDS) older.append(record)
    await older.close()
    expect(existsSync(`${path}.2`)).toBe(true)
    await expect(openBoxFile(path)).rejects.toMatchObject({ code: 'EEXIST' })
    const newer = await openBoxFile(path, { replace: true })
    newer.append(RECORDS[0]!)
    await newer.close()
    expect(existsSync(`${path}.1`) || existsSync(`${path}.2`)).toBe(false)
  })

  it('acknowledges a record only when the medium has it', async () => {
    const disk = new UnreliableDisk(seededRandom(1))
    const box = await openBoxFile('a.box', { disk })
    const seen: number[] = []
    box.onDurable((records) => {
      const [bytes] = disk.durable()
      seen.push(records)
      expect(disk.unsynced()).toBe(0)
      expect(bytes!.length).toBeGreaterThan(0)
    })
    for (const record of RECORDS) box.append(record)
    expect(box.acknowledged).toBe(0)
    await box.flush()
    expect(seen.at(-1)).toBe(RECORDS.length)
    // Blocks that came while one flush was under way went with the next: group commit.
    expect(disk.syncs).toBeLessThan(6)
  })

  it('goes on when a full disk has room again, and tells of both', async () => {
    const disk = new UnreliableDisk(seededRandom(2))
    const box = await openBoxFile('a.box', { disk, retryMs: 1 })
    const troubles: (BoxTrouble | undefined)[] = []
    box.onTrouble((trouble) => troubles.push(trouble))
    disk.capacity = 3000
    for (const record of RECORDS) box.append(record)
    for (let k = 0; k < 1000 && troubles.length === 0; k++) await later(1)
    expect(box.trouble).toMatchObject({ code: 'DISK_FULL' })
    expect(box.acknowledged).toBeLessThan(RECORDS.length)
    const { acknowledged } = box
    expect((await readable(disk.afterPowerCut())).length).toBeGreaterThanOrEqual(acknowledged)
    disk.capacity = Number.POSITIVE_INFINITY
    await box.flush()
    expect(troubles).toEqual([expect.objectContaining({ code: 'DISK_FULL' }), undefined])
    expect(await box.close()).toBe(0)
    expect(await readable(disk.durable())).toEqual(RECORDS)
  })

  it('refuses records when too much waits for a full disk, and says how many were lost', async () => {
    const disk = new UnreliableDisk(seededRandom(3))
    const box = await openBoxFile('a.box', { disk, retryMs: 1, mostWaitingBytes: 4000 })
    disk.capacity = 0
    const taken = RECORDS.filter((record) => box.append(record))
    expect(taken.length).toBeGreaterThan(20)
    expect(taken.length).toBeLessThan(RECORDS.length)
    expect(await box.close()).toBe(taken.length)
    expect(box.append(RECORDS[0]!)).toBe(false)
  })

  it('never refuses what an accepted input caused, so that the box replays to its end', async () => {
    const disk = new UnreliableDisk(seededRandom(4))
    const box = await openBoxFile('a.box', { disk, retryMs: 1, mostWaitingBytes: 4000 })
    disk.capacity = 0
    let used = true
    for (const record of RECORDS) {
      // As a shell does: what came of an input that was refused does not exist.
      if (record.kind === 'event' && !used) continue
      const taken = box.append(record)
      used = record.kind === 'event' ? used : taken
      if (record.kind === 'event') expect(taken).toBe(true)
    }
    disk.capacity = Number.POSITIVE_INFINITY
    expect(await box.close()).toBe(0)
    const again = await replay(
      disk.durable().map((bytes) => bytesSource(bytes)),
      { loop: toyLoop },
    )
    expect(again.ok && again.value).toMatchObject({ identical: true })
  })

  it('lets a night that is played wait for a slow disk', async () => {
    const path = join(folder, 'fast.box')
    const box = await openBoxFile(path, { mostWaitingBytes: 3000 })
    for (const record of RECORDS) {
      await box.room()
      expect(box.append(record)).toBe(true)
    }
    expect(await box.close()).toBe(0)
    expect(box.acknowledged).toBe(RECORDS.length)
  })

  it('loses nothing acknowledged to power cuts, full disks and failing flushes (N89)', {
    timeout: TIMEOUT_MS,
  }, async () => {
    for (let seed = 1; seed <= (NIGHTLY ? 3000 : 60); seed++) {
      const random = seededRandom(seed)
      const disk = new UnreliableDisk(random)
      const box = await openBoxFile('a.box', { disk, retryMs: 0, segmentMs: 7000 })
      disk.failing = random.uniform() < 0.5 ? 0.2 : 0
      disk.operationsLeft = 2 + random.integer(40)
      for (const [k, record] of RECORDS.entries()) {
        box.append(record)
        if (random.integer(30) === 0) await later(0)
        if (disk.operationsLeft === 0 || k === RECORDS.length - 1) break
      }
      const { acknowledged } = box
      const saved = await readable(disk.afterPowerCut())
      expect(saved.length).toBeGreaterThanOrEqual(acknowledged)
      expect(isDeepStrictEqual(saved, RECORDS.slice(0, saved.length))).toBe(true)
      disk.operationsLeft = 0
    }
  })

  it('loses nothing acknowledged to kill -9 at any instant (N89)', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const program = await writerProgram()
    const due = toyRecords(toyHeader(), toyInputs(200))
    const random = seededRandom(1)
    let some = 0
    for (let round = 0; round < (NIGHTLY ? 200 : 20); round++) {
      const path = join(folder, `killed-${round}.box`)
      const acknowledged = await killedWriter(program, path, random)
      if (!existsSync(path)) continue
      const saved = await readable([readFileSync(path)])
      expect(saved.length).toBeGreaterThanOrEqual(acknowledged)
      expect(isDeepStrictEqual(saved, due.slice(0, saved.length))).toBe(true)
      const summary = await verifyBox([bytesSource(readFileSync(path))])
      expect(summary).toMatchObject({ ok: true })
      const again = await replay([bytesSource(readFileSync(path))], { loop: toyLoop })
      expect(again.ok && again.value.identical).toBe(saved.length > 0)
      if (acknowledged > 0) some++
    }
    expect(some).toBeGreaterThan(NIGHTLY ? 100 : 10)
  })
})

/** The writing program in one file, so that it starts at once. */
async function writerProgram(): Promise<string> {
  const outfile = join(folder, 'box-writer.mjs')
  const entry = fileURLToPath(new URL('../../../../test/box-writer.ts', import.meta.url))
  await build({
    ...{ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm' },
    conditions: ['nocturne:src'],
  })
  return outfile
}

/** A process that writes a toy night without a pause, killed soon after some acknowledgement. */
function killedWriter(program: string, path: string, random: Random): Promise<number> {
  const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const words = random.integer(12)
  const afterMs = random.uniform() * 30
  return new Promise((resolve) => {
    let said = ''
    let ending = false
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString()
      if (ending || said.split('\n').length <= words) return
      ending = true
      setTimeout(() => child.kill('SIGKILL'), afterMs)
    })
    // The last whole line is what was acknowledged; a torn one is not counted.
    child.on('close', () => resolve(Number(said.split('\n').at(-2) ?? 0)))
  })
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
