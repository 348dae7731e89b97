import { availableParallelism } from 'node:os'
import { durationText } from '@nocturne/core/figure'
import { FLAWS, type Flaw } from '@nocturne/core/fleet'
import { type Arguments, type CommandOption, type Io, numberOption, UsageError } from './command.ts'
import { openStormFile, type SeedRun, type StormFile } from './storm-file.ts'
import { runStorm, type StormListener, stormVersion } from './storm-lanes.ts'

/** The options of a drill that is a storm. */
export const FLEET_STORM_OPTIONS: Readonly<Record<string, CommandOption>> = {
  seeds: { type: 'string', value: 'A-B', help: 'drill: a storm for each of these seeds' },
  workers: {
    ...{ type: 'string', value: 'N' },
    help: 'drill: seeds at once, a process each; as all cores. 2 GB each for 10,000 devices',
  },
  to: {
    ...{ type: 'string', value: 'FILE' },
    help: 'drill: a line of JSON as each seed ends; seeds that it holds are not run again',
  },
  flaw: {
    ...{ type: 'string', value: 'NAME' },
    help: 'drill: a storm with this mistake built in, which it should find',
  },
}

/** Most seeds, and most processes, of one call. */
const MOST_SEEDS = 100_000
const MOST_WORKERS = 1024
/** A seed that is shown when one fails can be run again alone. */
const STORM = { devices: 100, hours: 0.3 }

type Setting = { readonly devices: number; readonly hours: number; readonly flaw?: Flaw }

/**
 * `nocturne fleet drill --storm`: every fault at once, for one seed or many, on many cores. Exit 1
 * when an invariant broke or not every seed was run: after Ctrl-C and where a worker died, what was
 * finished is told all the same.
 */
export async function runFleetStorm(args: Arguments, io: Io): Promise<number> {
  const seeds = seedsOf(args)
  const setting = {
    devices: wholeOption(args, 'devices', 1, 100_000) ?? STORM.devices,
    hours: numberOption(args, 'hours', 0.02, 24) ?? STORM.hours,
    ...flawOf(args),
  }
  const workers = wholeOption(args, 'workers', 1, MOST_WORKERS) ?? availableParallelism()
  const path = args.text('to')
  const version = await stormVersion()
  const file = path === undefined ? undefined : await openStormFile(path, { ...setting, version })
  try {
    const runs = await runsOf(seeds, { setting, workers, file, io })
    tell(runs, seeds.length, setting, args, io)
    const isClean = runs.every(({ breach }) => breach === undefined)
    return isClean && runs.length === seeds.length ? 0 : 1
  } finally {
    await file?.close()
  }
}

/** The whole number of an option; undefined when absent. Throws `UsageError` for another. */
export function wholeOption(
  args: Arguments,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const value = numberOption(args, name, least, most)
  if (value !== undefined && !Number.isInteger(value)) {
    throw new UsageError(`--${name}: got ${value}, expected a whole number`)
  }
  return value
}

function seedsOf(args: Arguments): readonly number[] {
  const text = args.text('seeds')
  if (text === undefined) return [wholeOption(args, 'seed', 0, Number.MAX_SAFE_INTEGER) ?? 1]
  const [, first, last = first] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(text) ?? []
  const [from, to] = [Number(first), Number(last)]
  if (!(from <= to && to - from < MOST_SEEDS)) {
    throw new UsageError(`--seeds: got "${text}", expected A-B, at most ${MOST_SEEDS} seeds`)
  }
  return Array.from({ length: to - from + 1 }, (_, k) => from + k)
}

function flawOf(args: Arguments): { readonly flaw?: Flaw } {
  const text = args.text('flaw')
  if (text === undefined) return {}
  if (!Object.hasOwn(FLAWS, text)) {
    throw new UsageError(`--flaw: got "${text}", expected one of ${Object.keys(FLAWS).join(', ')}`)
  }
  return { flaw: text as Flaw }
}

type Means = {
  readonly setting: Setting
  readonly workers: number
  readonly file: StormFile | undefined
  readonly io: Io
}

/** Runs what the file does not hold; all that is known of the seeds then, in their order. */
async function runsOf(
  seeds: readonly number[],
  { setting, workers, file, io }: Means,
): Promise<readonly SeedRun[]> {
  const known = new Map(file?.runs.map((run) => [run.seed, run]))
  const missing = seeds.filter((seed) => !known.has(seed))
  const { hours, ...rest } = setting
  const progress = stormProgress(missing.length, io)
  await runStorm(
    {
      ...{ seeds: missing, setting: { ...rest, minutes: hours * 60 }, signal: io.signal },
      workers: Math.min(workers, missing.length),
    },
    {
      share: progress.share,
      ended: async (seed, report) => {
        const run = { seed, ...report }
        await file?.add(run)
        known.set(seed, run)
        progress.ended(seed)
      },
      failed: (seed, why) => {
        io.progress('', 1)
        io.err(`nocturne fleet: seed ${seed}: the simulation failed: ${why}\n`)
      },
      died: (seed, how) => {
        const words = `its worker was ended (${how}), for want of memory? It was not run`
        io.progress('', 1)
        io.err(`nocturne fleet: seed ${seed}: ${words}\n`)
      },
    },
  )
  io.progress('seeds', 1)
  return seeds.flatMap((seed) => known.get(seed) ?? [])
}

/** Shows how many of so many seeds are done, and in what time the rest will be. */
function stormProgress(
  count: number,
  io: Io,
): Pick<StormListener, 'share'> & { ended(seed: number): void } {
  const shares = new Map<number, number>()
  const beganMs = performance.now()
  let done = 0
  const show = (): void => {
    const share = [...shares.values()].reduce((sum, part) => sum + part, done) / count
    const leftMs = ((performance.now() - beganMs) * (1 - share)) / share
    io.progress(`${done} of ${count} seeds, ${durationText(leftMs / 60_000)} left`, share)
  }
  return {
    share: (seed, share) => {
      shares.set(seed, share)
      show()
    },
    ended: (seed) => {
      shares.delete(seed)
      done++
      show()
    },
  }
}

function tell(
  runs: readonly SeedRun[],
  wanted: number,
  setting: Setting,
  args: Arguments,
  io: Io,
): void {
  if (args.flag('json')) {
    io.out(`${JSON.stringify({ ...setting, runs })}\n`)
    return
  }
  const { devices, hours, flaw } = setting
  const built = flaw === undefined ? '' : ` --flaw ${flaw}`
  const broken = runs.filter(({ breach }) => breach !== undefined)
  const lines = broken.map(({ seed, breach }) => {
    const at = `seed ${seed}: ${breach!.invariant} after ${(breach!.atMs / 1000).toFixed(1)} s`
    const again = `--seed ${seed} --devices ${devices} --hours ${hours}${built}`
    return `${at}: ${breach!.words}\n  again: nocturne fleet drill --storm ${again}`
  })
  const events = runs.reduce((sum, run) => sum + run.events, 0)
  const clean = `${runs.length - broken.length} of ${runs.length} seeds clean`
  if (runs.length < wanted) lines.push(`${wanted - runs.length} of ${wanted} seeds were not run`)
  lines.push(`${clean}: ${devices} devices, ${hours} h of faults each, ${events} events`)
  io.out(`${lines.join('\n')}\n`)
}
