import { readFile } from 'node:fs/promises'
import {
  type Candidate,
  COUNTERFACTUAL_LIMITS,
  type Counterfactual,
  counterfactual,
  eventsNeeded,
  type NightCounterfactual,
  nightUnder,
  placesOfFleet,
  RINGS,
  type RolloutState,
  readDeviceId,
  rolloutPlan,
} from '@nocturne/core/fleet'
import { describeProblem, sha256 } from '@nocturne/core/math'
import { loadStarterStager, nightOf } from '@nocturne/core/night'
import { withBox } from './box-reading.ts'
import { type Arguments, type CommandOption, type Io, numberOption, UsageError } from './command.ts'
import { callFacility, FACILITY_OPTION, tellAnswer } from './facility-call.ts'
import { rolloutText } from './fleet-text.ts'
import { releaseFile } from './release-files.ts'
import { writeWholeFile } from './whole-file.ts'

/** A list of more characters is not read. */
const LONGEST_LIST = 200_000_000

/** The options of `nocturne fleet rollout`. */
export const FLEET_ROLLOUT_OPTIONS: Readonly<Record<string, CommandOption>> = {
  release: { type: 'string', value: 'FILE', help: 'rehearse: the release to be' },
  clicks: { type: 'string', value: 'X', help: 'rehearse: at most so many times the clicks; 1.25' },
  louder: { type: 'string', value: 'DB', help: 'rehearse: at most so much louder; 1' },
  report: { type: 'string', value: 'FILE', help: 'rehearse: keep it; report: the one to hand in' },
  ring: { type: 'string', value: 'RING', help: 'report: twin or replay' },
  seed: { type: 'string', value: 'TEXT', help: 'assign: the seed of the rollout' },
  share: { type: 'string', value: '%', help: 'assign, needs: share of the ring' },
  devices: { type: 'string', value: 'N', help: 'needs: devices that take updates' },
  rate: { type: 'string', value: 'R', help: 'needs: adverse events per device and night; .02' },
  ratio: { type: 'string', value: 'X', help: 'needs: how many times as many; 2' },
  number: { type: 'string', value: 'N', help: 'open: the release that goes out' },
  after: { type: 'string', value: 'N', help: 'open: the release before it' },
  facility: FACILITY_OPTION,
}

/** Orders of a person to a rollout. */
const ORDERS = ['approve', 'pause', 'resume', 'stop']

/**
 * `nocturne fleet rollout`: what can be known of a rollout before it (`rehearse BOX…`, `assign
 * FILE`, `needs`), and at a facility `open ID`, `report ID`, `list`, `show ID` and the orders `approve`, `pause`,
 * `resume`, `stop`. The positionals are the verb and its files or id. Exit 1 where the rehearsal is
 * not passed or the order not followed.
 */
export async function runFleetRollout(args: Arguments, io: Io): Promise<number> {
  const [verb, ...files] = args.positionals
  const [one] = files
  if (verb === 'rehearse' && files.length > 0) return rehearse(files, args, io)
  if (verb === 'needs' && files.length === 0) return needs(args, io)
  if (verb === 'list' && files.length === 0) return list(args, io)
  if (one !== undefined && files.length === 1) {
    if (verb === 'assign') return assign(one, args, io)
    if (verb === 'open') return open(one, args, io)
    if (verb === 'report') return handIn(one, args, io)
    if (verb === 'show') return order(one, undefined, args, io)
    if (verb !== undefined && ORDERS.includes(verb)) return order(one, verb, args, io)
  }
  const expected =
    'rollout rehearse BOX… | assign FILE | needs | list | open|report|show|approve|… ID'
  throw new UsageError(`got "${args.positionals.join(' ')}", expected ${expected}`)
}

async function list(args: Arguments, io: Io): Promise<number> {
  const answer = await callFacility(args, { method: 'GET', path: '/v1/rollouts' })
  const text = ({ rollouts }: { readonly rollouts: readonly RolloutState[] }): string =>
    rollouts.length === 0 ? 'no rollout\n' : rollouts.map(rolloutText).join('')
  return tellAnswer(answer, text, args, io)
}

async function open(id: string, args: Arguments, io: Io): Promise<number> {
  const [release, baseline] = [
    numberOption(args, 'number', 1, 65_535),
    numberOption(args, 'after', 0, 65_534),
  ]
  if (release === undefined || baseline === undefined) {
    throw new UsageError('--number, --after: got nothing, expected the two releases')
  }
  const plan = rolloutPlan({ id, release, baseline, seed: args.text('seed') ?? id })
  if (!plan.ok) throw new UsageError(describeProblem(plan.problem))
  const { seed } = plan.value
  const body = { id, release, baseline, seed }
  return tellAnswer(
    await callFacility(args, { method: 'POST', path: '/v1/rollouts', body }),
    rolloutText,
    args,
    io,
  )
}

/** Hands in the report of a rehearsal: what it said, and the SHA-256 of the file. */
async function handIn(id: string, args: Arguments, io: Io): Promise<number> {
  const [ring, file] = [args.text('ring'), args.text('report')]
  if (ring !== 'twin' && ring !== 'replay') {
    throw new UsageError(`--ring: got ${ring ?? 'nothing'}, expected twin or replay`)
  }
  if (file === undefined) throw new UsageError('--report: got nothing, expected a report')
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file}: got ${error.code ?? error.message}, expected a report`)
  })
  const passed = passedOf(bytes.toString('utf8'))
  if (passed === undefined) throw new UsageError(`${file}: got no report, expected {passed, …}`)
  const body = { do: 'rehearsed', ring, passed, digest: sha256(bytes) }
  const path = `/v1/rollouts/${encodeURIComponent(id)}`
  const answer = await callFacility(args, { method: 'POST', path, body })
  return tellAnswer(answer, rolloutText, args, io)
}

function passedOf(text: string): boolean | undefined {
  try {
    const { passed } = JSON.parse(text) as { passed?: unknown }
    return typeof passed === 'boolean' ? passed : undefined
  } catch {
    return undefined
  }
}

async function order(
  id: string,
  verb: string | undefined,
  args: Arguments,
  io: Io,
): Promise<number> {
  const path = `/v1/rollouts/${encodeURIComponent(id)}`
  const request = verb === undefined ? {} : { body: { do: verb } }
  const method = verb === undefined ? 'GET' : 'POST'
  return tellAnswer(await callFacility(args, { method, path, ...request }), rolloutText, args, io)
}

async function rehearse(files: readonly string[], args: Arguments, io: Io): Promise<number> {
  const file = args.text('release')
  if (file === undefined) throw new UsageError('--release: got nothing, expected the release')
  const { release } = await releaseFile(file)
  const loop = nightOf({ stager: await loadStarterStager() })
  const nights: NightCounterfactual[] = []
  for (const [k, path] of files.entries()) {
    const progress = (fraction: number): void =>
      io.progress('rehearsing', (k + fraction) / files.length)
    const night = await withBox(path, ({ sources }) =>
      nightUnder(path, sources, { loop, release, progress }),
    )
    if (!night.ok) throw new UsageError(describeProblem(night.problem))
    nights.push(night.value)
  }
  io.progress('rehearsing', 1)
  const result = counterfactual(nights, {
    mostClickRatio: numberOption(args, 'clicks', 0, 100) ?? COUNTERFACTUAL_LIMITS.mostClickRatio,
    mostLouderDb: numberOption(args, 'louder', 0, 60) ?? COUNTERFACTUAL_LIMITS.mostLouderDb,
  })
  const document = `${JSON.stringify({ release, ...result })}\n`
  const report = args.text('report')
  if (report !== undefined) await writeWholeFile(report, document)
  io.out(args.flag('json') ? document : rehearsalText(result))
  return result.passed ? 0 : 1
}

function rehearsalText({ nights, clicks, passed, objections, ...sums }: Counterfactual): string {
  const lines = nights.map(({ night, decisions, differences, clicks: own, codes }) => {
    const most = codes.slice(0, 3).map(({ was, is, count }) => `${was} -> ${is} ${count}`)
    const other = `${differences} of ${decisions} decisions differ`
    const told = most.length > 0 ? ` (${most.join(', ')})` : ''
    return `${night}: ${other}${told}; clicks ${own.was} -> ${own.is}`
  })
  lines.push(
    `${nights.length} nights: ${sums.differences} of ${sums.decisions} decisions differ, clicks ${clicks.was} -> ${clicks.is}`,
    'the inputs are those of the nights as they were: a sleeper who would have done otherwise is not in them',
    passed ? 'passed' : 'not passed:',
    ...objections.map((objection) => `  ${objection}`),
  )
  return `${lines.join('\n')}\n`
}

async function assign(file: string, args: Arguments, io: Io): Promise<number> {
  const seed = args.text('seed')
  if (seed === undefined) throw new UsageError('--seed: got nothing, expected that of the rollout')
  const share = (numberOption(args, 'share', 0, 100) ?? 1) / 100
  const candidates = await candidatesOf(file)
  const places = placesOfFleet(candidates, seed)
  const inRing = candidates.filter(({ device }) => places.get(device)! < share)
  const strata = new Map<string, { all: number; inRing: number }>()
  for (const { device, stratum } of candidates) {
    const held = strata.get(stratum) ?? { all: 0, inRing: 0 }
    held.all++
    if (places.get(device)! < share) held.inRing++
    strata.set(stratum, held)
  }
  const rows = [...strata].map(([stratum, counts]) => ({ stratum, ...counts }))
  const devices = inRing.map(({ device }) => device)
  const lines = [
    ...devices,
    ...rows.map(({ stratum, all, inRing: n }) => `# ${stratum}: ${n} of ${all}`),
  ]
  io.out(
    args.flag('json')
      ? `${JSON.stringify({ seed, share, devices, strata: rows })}\n`
      : `${lines.join('\n')}\n`,
  )
  return 0
}

/** One device and its stratum a line, with a blank between them. */
async function candidatesOf(file: string): Promise<Candidate[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file}: got ${error.code ?? error.message}, expected a list`)
  })
  if (text.length > LONGEST_LIST) {
    throw new UsageError(`${file}: got ${text.length} characters, expected ${LONGEST_LIST} at most`)
  }
  const seen = new Set<string>()
  return text.split('\n').flatMap((line, k): Candidate[] => {
    if (line.trim() === '' || line.startsWith('#')) return []
    const [name = '', stratum, ...rest] = line.trim().split(/\s+/)
    const device = readDeviceId(name)
    if (!device.ok || stratum === undefined || rest.length > 0 || seen.has(name)) {
      const expected = 'a device and its stratum, each device once'
      throw new UsageError(
        `${file} line ${k + 1}: got ${JSON.stringify(line)}, expected ${expected}`,
      )
    }
    seen.add(name)
    return [{ device: device.value, stratum }]
  })
}

/** How long the rings take at best, and how much is needed to see that a release is worse. */
function needs(args: Arguments, io: Io): Promise<number> {
  const devices = numberOption(args, 'devices', 10, 1e8) ?? 100_000
  const rate = numberOption(args, 'rate', 1e-6, 100) ?? 0.02
  const ratio = numberOption(args, 'ratio', 1.01, 100) ?? 2
  const only = numberOption(args, 'share', 0.001, 99)
  const people = RINGS.filter(({ kind, share }) => kind === 'people' && share < 1)
  const shares = only === undefined ? people.map(({ share }) => share) : [only / 100]
  const rows = shares.map((share) => {
    const nightly = devices * rate * (share * ratio + 1 - share)
    const same = devices * rate
    const stop = eventsNeeded(ratio, share, 0.001)
    const advance = eventsNeeded(0.8, share, 0.05)
    return { share, stopNights: stop / nightly, advanceNights: advance / same, stopEvents: stop }
  })
  const text = rows.map(
    ({ share, stopNights, advanceNights }) =>
      `${100 * share} %: ${nightsText(stopNights)} to stop a release at ${ratio} x, ${nightsText(advanceNights)} to show less than 1.25 x of one that is the same`,
  )
  const head = `${devices} devices, ${rate} adverse events per device and night; means, at best`
  io.out(
    args.flag('json')
      ? `${JSON.stringify({ devices, rate, ratio, rings: rows })}\n`
      : `${[head, ...text].join('\n')}\n`,
  )
  return Promise.resolve(0)
}

function nightsText(nights: number): string {
  return nights < 1 ? `${(24 * nights).toFixed(1)} h` : `${nights.toFixed(1)} nights`
}
