import {
  type DrillReport,
  drillFigure,
  type OrdealReport,
  runDrill,
  runOrdeal,
} from '@nocturne/core/fleet'
import { type Arguments, type CommandOption, type Io, numberOption, UsageError } from './command.ts'
import { pictureOf } from './picture.ts'
import { writeWholeFile } from './whole-file.ts'

/** The options of `nocturne fleet drill`. */
export const FLEET_DRILL_OPTIONS: Readonly<Record<string, CommandOption>> = {
  seed: { type: 'string', value: 'N', help: 'drill: the seed, which says everything; 1' },
  devices: { type: 'string', value: 'N', help: 'drill: simulated devices; 2000, storm 100' },
  hours: { type: 'string', value: 'H', help: 'drill: length of the night; 1, storm 0.3' },
  picture: { type: 'string', value: 'FILE', help: 'drill: write it as a picture, .svg or .png' },
  storm: { type: 'boolean', help: 'drill: every fault at once instead of the story' },
  seeds: { type: 'string', value: 'A-B', help: 'drill: a storm for each of these seeds' },
}

/** Most seeds of one call. */
const MOST_SEEDS = 100_000
/** A seed that is shown when one fails can be run again alone. */
const STORM = { devices: 100, hours: 0.3 }

/**
 * `nocturne fleet drill`: the failsafe rehearsed on simulated devices with the real sessions and
 * reducers, as a story, or (`--storm`, `--seeds A-B`) under every fault at once. Exit 1 when an
 * invariant broke or the story did not come about. For a schedule let cron or a systemd timer call
 * it: it needs no facility and touches none.
 */
export async function runFleetDrill(args: Arguments, io: Io): Promise<number> {
  if (args.positionals.length > 0) {
    throw new UsageError(`got "${args.positionals.join(' ')}", expected drill and options only`)
  }
  const seeds = seedsOf(args)
  if (seeds !== undefined) return storm(seeds, args, io)
  const path = args.text('picture')
  const kind = path === undefined ? undefined : /\.(svg|png)$/.exec(path)?.[1]
  if (path !== undefined && kind === undefined) {
    throw new UsageError(`--picture: got "${path}", expected .svg or .png`)
  }
  const setting = {
    seed: wholeOption(args, 'seed', 0, Number.MAX_SAFE_INTEGER) ?? 1,
    devices: wholeOption(args, 'devices', 20, 100_000) ?? 2000,
    hours: numberOption(args, 'hours', 1, 12) ?? 1,
  }
  const report = runDrill(setting, (share) => io.progress('rehearsing', share))
  io.progress('rehearsing', 1)
  if (path !== undefined) {
    const svg = drillFigure(report, { theme: 'light', background: true })
    await writeWholeFile(path, kind === 'svg' ? svg : pictureOf(svg))
  }
  io.out(args.flag('json') ? `${JSON.stringify(report)}\n` : drillText(report))
  return report.passed ? 0 : 1
}

/** The seeds of a storm; undefined when it is the story that is asked for. */
function seedsOf(args: Arguments): readonly number[] | undefined {
  const text = args.text('seeds')
  if (text === undefined) {
    if (!args.flag('storm')) return undefined
    return [wholeOption(args, 'seed', 0, Number.MAX_SAFE_INTEGER) ?? 1]
  }
  const [, first, last = first] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(text) ?? []
  const [from, to] = [Number(first), Number(last)]
  if (!(from <= to && to - from < MOST_SEEDS)) {
    throw new UsageError(`--seeds: got "${text}", expected A-B, at most ${MOST_SEEDS} seeds`)
  }
  return Array.from({ length: to - from + 1 }, (_, k) => from + k)
}

function storm(seeds: readonly number[], args: Arguments, io: Io): Promise<number> {
  const devices = wholeOption(args, 'devices', 1, 100_000) ?? STORM.devices
  const hours = numberOption(args, 'hours', 0.02, 24) ?? STORM.hours
  const runs: (OrdealReport & { readonly seed: number })[] = []
  for (const [k, seed] of seeds.entries()) {
    if (io.signal.aborted) break
    io.progress(`seed ${seed}`, k / seeds.length)
    runs.push({ seed, ...runOrdeal({ seed, devices, minutes: hours * 60 }) })
  }
  io.progress('seeds', 1)
  const broken = runs.filter(({ breach }) => breach !== undefined)
  const lines = broken.map(({ seed, breach }) => {
    const at = `seed ${seed}: ${breach!.invariant} after ${(breach!.atMs / 1000).toFixed(1)} s`
    const again = `nocturne fleet drill --storm --seed ${seed} --devices ${devices} --hours ${hours}`
    return `${at}: ${breach!.words}\n  again: ${again}`
  })
  const events = runs.reduce((sum, run) => sum + run.events, 0)
  const clean = `${runs.length - broken.length} of ${runs.length} seeds clean`
  lines.push(`${clean}: ${devices} devices, ${hours} h of faults each, ${events} events`)
  io.out(
    args.flag('json') ? `${JSON.stringify({ devices, hours, runs })}\n` : `${lines.join('\n')}\n`,
  )
  return Promise.resolve(broken.length === 0 && runs.length === seeds.length ? 0 : 1)
}

function drillText(report: DrillReport): string {
  const { devices, seed, moments, breach, passed } = report
  const lines = [
    `${devices} simulated devices, seed ${seed}, real sessions and reducers`,
    ...moments.map(({ atS, words }) => `${clockOf(atS)}  ${words}`),
    '',
    `stop        ${secondsText(report.stoppedAfterS)} after the first bad minute, ${report.stoppedBy}`,
    `natural     ${secondsText(report.naturalAfterS)} after the switch (at most 90 s)`,
    `back        ${secondsText(report.backAfterS)} after the centre, ${report.peakPerS} a second at most (door ${report.handshakesPerS})`,
    `guidance    ${secondsText(report.guidanceAfterS)} after the second person's word`,
    `control     ${report.controlNextNight} of ${report.consentedAgain} who consented again, the next night`,
    breach === undefined
      ? 'invariants  I1 to I9 held'
      : `BROKEN      ${breach.invariant}: ${breach.words}`,
    passed ? 'passed' : 'not passed',
  ]
  return `${lines.join('\n')}\n`
}

function secondsText(seconds: number | undefined): string {
  return seconds === undefined ? 'never' : `${seconds.toFixed(1)} s`
}

function clockOf(atS: number): string {
  const minutes = Math.floor(atS / 60)
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60]
  const second = Math.floor(atS % 60)
  return [hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':')
}

function wholeOption(
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
