import { webcrypto } from 'node:crypto'
import { describeProblem } from '@nocturne/core/math'
import {
  type Behaviour,
  bisect,
  blame,
  deviceTimeOfClock,
  loadStarterStager,
  type NightHeader,
  type NightState,
  nightOf,
  type RunOptions,
  readBehaviour,
  replay,
} from '@nocturne/core/night'
import type { ByteSource } from '@nocturne/core/signal'
import { headerOf, withBox } from '../box-reading.ts'
import { type Arguments, type Command, type Io, UsageError } from '../command.ts'
import { releaseFile, releaseSeries } from '../release-files.ts'
import { bisectionText, replayText } from '../replay-text.ts'

/** `nocturne replay`: a night again from its box, with its own release or others. */
export const command: Command = {
  name: 'replay',
  summary: 'Run a night again from its black box: bit for bit, or with another release',
  usage:
    'replay BOX [--release FILE] [--until T] | replay BOX --bisect DIR|FILES… [--behaviour TEXT]',
  example: 'nocturne replay night.box --release next.json',
  positionals: [1, 4096],
  options: {
    release: { type: 'string', value: 'FILE', help: 'run this release instead of its own' },
    until: { type: 'string', value: 'T', help: 'end at HH:MM:SS of the night, or after so many s' },
    bisect: {
      type: 'string',
      value: 'DIR',
      help: 'find the release of a series (a folder, or files oldest first) that changed the night',
    },
    behaviour: {
      type: 'string',
      value: 'TEXT',
      help: 'bisect: what to look for: "stimuli > N", "stimuli < N", "code CODE at HH:MM:SS"',
    },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const [path, ...more] = args.positionals as [string, ...string[]]
  const series = args.text('bisect')
  if (series === undefined && more.length > 0) {
    throw new UsageError(`replay: got ${more[0]}, expected one box`)
  }
  if (series === undefined && args.text('behaviour') !== undefined) {
    throw new UsageError('--behaviour: got no --bisect, expected one beside it')
  }
  return withBox(path, async ({ sources }) => {
    const header = await headerOf(sources, path)
    const options: RunOptions<NightState> = {
      loop: nightOf({ stager: await loadStarterStager() }),
      ...untilOf(args, header),
    }
    return series === undefined
      ? runAgain(sources, header, options, args, io)
      : runSeries(sources, header, options, [series, ...more], args, io)
  })
}

async function runAgain(
  sources: readonly ByteSource[],
  header: NightHeader,
  options: RunOptions<NightState>,
  args: Arguments,
  io: Io,
): Promise<number> {
  const file = args.text('release')
  const release = file === undefined ? undefined : (await releaseFile(file)).release
  const result = await replay(sources, {
    ...options,
    ...(release && { release }),
    subtle: webcrypto.subtle,
    progress: (fraction) => io.progress('replaying', fraction),
  })
  io.progress('replaying', 1)
  if (!result.ok) throw new UsageError(describeProblem(result.problem))
  const { firstDifference, recorded, ran } = result.value
  const changes =
    release && firstDifference?.decisions
      ? await blame(sources, options, { was: recorded, is: ran }, firstDifference)
      : []
  const document = { ...result.value, ...(release && { changes }) }
  io.out(
    args.flag('json') ? `${JSON.stringify(document)}\n` : replayText(header, result.value, changes),
  )
  return result.value.identical ? 0 : 1
}

async function runSeries(
  sources: readonly ByteSource[],
  header: NightHeader,
  options: RunOptions<NightState>,
  named: readonly string[],
  args: Arguments,
  io: Io,
): Promise<number> {
  const series = await releaseSeries(named)
  const behaviour = behaviourOf(args.text('behaviour'), header)
  const releases = series.map(({ release }) => release)
  // About log2 N nights, the first and the last.
  const runs = Math.ceil(Math.log2(releases.length)) + 2
  let before = 0
  let last = 0
  const progress = (fraction: number): void => {
    if (fraction < last) before++
    last = fraction
    io.progress('bisecting', Math.min(0.99, (before + fraction) / runs))
  }
  const result = await bisect(sources, { ...options, progress }, releases, behaviour)
  io.progress('bisecting', 1)
  if (!result.ok) throw new UsageError(describeProblem(result.problem))
  const { index } = result.value
  const document = { ...result.value, ...(index !== undefined && { file: series[index]!.path }) }
  const text = bisectionText(result.value, series)
  io.out(args.flag('json') ? `${JSON.stringify(document)}\n` : text)
  return index === undefined ? 1 : 0
}

function untilOf(args: Arguments, header: NightHeader): { untilMs?: number } {
  const text = args.text('until')
  if (text === undefined) return {}
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
  const untilMs = seconds === undefined ? deviceTimeOfClock(header, text) : seconds * 1000
  if (untilMs === undefined) {
    throw new UsageError(`--until: got "${text}", expected HH:MM:SS of the night or seconds`)
  }
  return { untilMs }
}

function behaviourOf(text: string | undefined, header: NightHeader): Behaviour | undefined {
  if (text === undefined) return undefined
  const behaviour = readBehaviour(text, (time) => deviceTimeOfClock(header, time))
  if (!behaviour.ok) throw new UsageError(`--${describeProblem(behaviour.problem)}`)
  return behaviour.value
}
