import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesSource, openEdf, writeEdf } from '@nocturne/core/signal'
import { readNight, synthesizeNight } from '@nocturne/core/sleep'
import { multicastWorks } from '@nocturne/edge'
import type { Arguments, Command, Io } from '../command.ts'
import { openModel, shelfFolder, shelvedModels } from '../model-shelf.ts'
import { pictureOf } from '../picture.ts'
import { writeWholeFile } from '../whole-file.ts'

type Check = {
  readonly name: string
  readonly ok: boolean
  readonly mend?: string
  /** Nothing is broken where it is missing. */
  readonly optional?: true
}

const LEAST_NODE = [20, 19] as const
const PEERS = 'name the machine of a stream, lsl:NAME@HOST'

/** `nocturne doctor`: what works on this machine, and the line that mends what does not. */
export const command: Command = {
  name: 'doctor',
  summary: 'Say what works on this machine and what is missing',
  usage: 'doctor',
  example: 'nocturne doctor',
  positionals: [0, 0],
  options: {},
  run: examine,
}

async function examine(args: Arguments, io: Io): Promise<number> {
  const checks = [
    nodeCheck(),
    await tried('a made-up half hour is staged', readHalfHour, 'reinstall: npm ci'),
    await tried('pictures are drawn', drawPicture, 'install the platform package: npm ci'),
    await tried('models can be kept', touchShelf, 'set NOCTURNE_HOME to a folder you may write to'),
    await tried('kept models can be read', readShelf, 'nocturne model remove NAME'),
    {
      ...(await tried('streams are found by multicast', hearGroup, PEERS)),
      optional: true as const,
    },
  ]
  if (args.flag('json')) io.out(`${JSON.stringify({ checks })}\n`)
  else {
    for (const { name, ok, mend, optional } of checks) {
      io.out(
        `${ok ? 'ok      ' : optional ? 'without ' : 'missing '}${name}${mend && !ok ? `\n        mend: ${mend}` : ''}\n`,
      )
    }
  }
  return checks.every(({ ok, optional }) => ok || optional) ? 0 : 1
}

function nodeCheck(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const ok = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])
  return { name: `Node ${process.versions.node}`, ok, mend: 'install Node 20.19 or newer' }
}

async function tried(name: string, work: () => Promise<void>, mend: string): Promise<Check> {
  try {
    await work()
    return { name, ok: true }
  } catch (error) {
    return { name, ok: false, mend: `${mend} (${error instanceof Error ? error.message : error})` }
  }
}

async function readHalfHour(): Promise<void> {
  const { recording } = synthesizeNight({ hours: 0.5, seed: 1 })
  const edf = await openEdf(bytesSource(writeEdf(recording)))
  if (!edf.ok) throw new Error(edf.problem.code)
  const night = await readNight(edf.value, { file: 'synth', model: await openModel('starter') })
  if (!night.ok) throw new Error(night.problem.code)
}

async function drawPicture(): Promise<void> {
  const png = await pictureOf('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>', 8)
  if (png.length < 50) throw new Error('empty picture')
}

async function touchShelf(): Promise<void> {
  await mkdir(shelfFolder(), { recursive: true })
  const probe = join(shelfFolder(), '.probe')
  await writeWholeFile(probe, 'ok')
  await rm(probe)
}

async function readShelf(): Promise<void> {
  for (const { name, folder } of await shelvedModels()) if (folder) await openModel(name)
}

async function hearGroup(): Promise<void> {
  if (!(await multicastWorks())) throw new Error('no interface hears its own groups')
}
