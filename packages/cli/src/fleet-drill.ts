import { type DrillReport, drillFigure, runDrill } from '@nocturne/core/fleet'
import { type Arguments, type CommandOption, type Io, numberOption, UsageError } from './command.ts'
import { FLEET_STORM_OPTIONS, runFleetStorm, wholeOption } from './fleet-storm.ts'
import { pictureOf } from './picture.ts'
import { writeWholeFile } from './whole-file.ts'

/** The options of `nocturne fleet drill`. */
export const FLEET_DRILL_OPTIONS: Readonly<Record<string, CommandOption>> = {
  seed: { type: 'string', value: 'N', help: 'drill: the seed, which says everything; 1' },
  devices: { type: 'string', value: 'N', help: 'drill: simulated devices; 2000, storm 100' },
  hours: { type: 'string', value: 'H', help: 'drill: length of the night; 1, storm 0.3' },
  picture: { type: 'string', value: 'FILE', help: 'drill: write it as a picture, .svg or .png' },
  storm: { type: 'boolean', help: 'drill: every fault at once instead of the story' },
  ...FLEET_STORM_OPTIONS,
}

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
  if (args.flag('storm') || args.text('seeds') !== undefined) return runFleetStorm(args, io)
  const stray = ['workers', 'to', 'flaw'].find((name) => args.text(name) !== undefined)
  if (stray !== undefined) throw new UsageError(`--${stray}: got it without --storm`)
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
