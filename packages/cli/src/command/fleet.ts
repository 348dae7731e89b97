import type { Arguments, Command, CommandOption, Io } from '../command.ts'
import { UsageError } from '../command.ts'
import { FLEET_APPROVALS_OPTIONS, runFleetApprovals } from '../fleet-approvals.ts'
import { FLEET_AUDIT_OPTIONS, runFleetAudit } from '../fleet-audit.ts'
import { FLEET_DEVICES_OPTIONS, runFleetDevices } from '../fleet-devices.ts'
import { FLEET_DRILL_OPTIONS, runFleetDrill } from '../fleet-drill.ts'
import { FLEET_FAILSAFE_OPTIONS, runFleetFailsafe } from '../fleet-failsafe.ts'
import { FLEET_INCIDENTS_OPTIONS, runFleetIncidents } from '../fleet-incidents.ts'
import { FLEET_LADDER_OPTIONS, runFleetLadder } from '../fleet-ladder.ts'
import { FLEET_NAB_OPTIONS, runFleetNab } from '../fleet-nab.ts'
import { FLEET_PAGE_OPTIONS, runFleetPage } from '../fleet-page.ts'
import { FLEET_RELEASES_OPTIONS, runFleetReleases } from '../fleet-releases.ts'
import { FLEET_ROLLOUT_OPTIONS, runFleetRollout } from '../fleet-rollout.ts'
import { FLEET_STATUS_OPTIONS, runFleetStatus } from '../fleet-status.ts'
import { FLEET_TOKENS_OPTIONS, runFleetTokens } from '../fleet-tokens.ts'

/** A part of `nocturne fleet`: its own verbs and options behind one word. */
type Part = {
  readonly options: Readonly<Record<string, CommandOption>>
  run(args: Arguments, io: Io): Promise<number>
}

const PARTS: Readonly<Record<string, Part>> = {
  status: { options: FLEET_STATUS_OPTIONS, run: runFleetStatus },
  devices: { options: FLEET_DEVICES_OPTIONS, run: runFleetDevices },
  incidents: { options: FLEET_INCIDENTS_OPTIONS, run: runFleetIncidents },
  releases: { options: FLEET_RELEASES_OPTIONS, run: runFleetReleases },
  rollout: { options: FLEET_ROLLOUT_OPTIONS, run: runFleetRollout },
  failsafe: { options: FLEET_FAILSAFE_OPTIONS, run: runFleetFailsafe },
  ladder: { options: FLEET_LADDER_OPTIONS, run: runFleetLadder },
  drill: { options: FLEET_DRILL_OPTIONS, run: runFleetDrill },
  approvals: { options: FLEET_APPROVALS_OPTIONS, run: runFleetApprovals },
  tokens: { options: FLEET_TOKENS_OPTIONS, run: runFleetTokens },
  page: { options: FLEET_PAGE_OPTIONS, run: runFleetPage },
  audit: { options: FLEET_AUDIT_OPTIONS, run: runFleetAudit },
  nab: { options: FLEET_NAB_OPTIONS, run: runFleetNab },
}

/** Most files of one call, such as the boxes of a rehearsal. */
const MOST_FILES = 10_000

/** `nocturne fleet`: what an operator does about many devices. */
export const command: Command = {
  name: 'fleet',
  summary: 'Many devices: who is here, incidents, signed releases, rollouts, the failsafe',
  usage: `fleet ${Object.keys(PARTS).join('|')} …`,
  example: 'nocturne fleet status --watch',
  positionals: [1, MOST_FILES],
  options: optionsOfAll(),
  notes: [
    'A drill every Monday at 3 by cron: 0 3 * * 1 nocturne fleet drill --json >> drills.jsonl',
    '(or as ExecStart of a systemd service with OnCalendar=Mon 03:00); exit 1 = not passed.',
    'A thousand storms on all cores; the same words pick them up after a break:',
    'nocturne fleet drill --storm --seeds 1-1000 --to storms.jsonl',
  ],
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const [word = '', ...rest] = args.positionals
  const part = Object.hasOwn(PARTS, word) ? PARTS[word] : undefined
  if (part === undefined) throw new UsageError(`got "${word}", expected ${command.usage}`)
  const stray = Object.keys(command.options).find(
    (name) => !(name in part.options) && (args.text(name) !== undefined || args.flag(name)),
  )
  if (stray !== undefined) {
    throw new UsageError(`--${stray}: got it with fleet ${word}, expected ${listed(part)}`)
  }
  return part.run({ ...args, positionals: rest }, io)
}

/** The options of every part; where two share a name, the help tells both. */
function optionsOfAll(): Record<string, CommandOption> {
  const all: Record<string, CommandOption> = {}
  for (const [word, { options }] of Object.entries(PARTS)) {
    for (const [name, option] of Object.entries(options)) {
      const before = all[name]
      const told = `${word}: ${option.help.replace(new RegExp(`^${word}: `), '')}`
      const same = before?.help.endsWith(option.help)
      const help = before === undefined ? told : same ? before.help : `${before.help} · ${told}`
      all[name] = { ...option, help }
    }
  }
  return all
}

function listed({ options }: Part): string {
  return Object.keys(options)
    .map((name) => `--${name}`)
    .join(' ')
}
