import { webcrypto } from 'node:crypto'
import { join } from 'node:path'
import {
  bodyMontage,
  type Cohort,
  type DeviceId,
  gatherAtMost,
  MOST_BYTES,
} from '@nocturne/core/fleet'
import { describeProblem } from '@nocturne/core/math'
import {
  type LiveStagerModel,
  type NightHeader,
  nightOf,
  type Release,
  shippedRelease,
} from '@nocturne/core/night'
import {
  DeviceFolder,
  enrolDevice,
  type NightShelf,
  ReleaseShelf,
  releasesOf,
  type Source,
  Uplink,
} from '@nocturne/edge'
import { type Arguments, type CommandOption, numberOption, UsageError } from './command.ts'
import { sleeperKeyHere } from './consent-shelf.ts'
import { homeFolder } from './model-shelf.ts'
import type { NightSetup } from './night-setup.ts'

/** Options of a night under a centre. */
export const CENTRE_OPTIONS: Readonly<Record<string, CommandOption>> = {
  facility: { type: 'string', value: 'URL', help: 'a monitoring centre, http://127.0.0.1:4610' },
  pair: { type: 'string', value: 'CODE', help: "enrols with an operator's code, also anew" },
  district: { type: 'string', value: 'NAME', help: 'where the device is, as coarse as you like' },
  updates: { type: 'boolean', help: 'take signed releases of the centre, between nights' },
  ecg: {
    type: 'string',
    value: 'L',
    help: 'the ECG that a heart rate is told of (chosen by name); none tells of none',
  },
  'frame-s': { type: 'string', value: 'S', help: 'between two frames for the centre, 1 to 30 s' },
}

/** A district of those who are not people, so that nobody is compared with them. */
const PLAYED = 'rehearsal'
const DEVICE = { hardware: 'bedside-box', code: shippedRelease().version }
const ROOT = '1.root.json'

/**
 * A call whose played sleeper needs neither consent nor `--rehearse` under a centre: guidance then,
 * which is silent.
 */
export function rehearsedUnderCentre(args: Arguments, isLive: boolean): Arguments {
  const isSaid = args.text('rehearse') !== undefined || args.text('consent') !== undefined
  if (isLive || isSaid || args.text('facility') === undefined) return args
  return { ...args, text: (name) => (name === 'rehearse' ? 'guidance' : args.text(name)) }
}

/** The device of a night under a centre, before the night is known. */
export type CentreDevice = {
  readonly name: DeviceId
  /** What the centre's releases make of this night; undefined as shipped. */
  readonly released: Release | undefined
  /** Joins a night to the centre. */
  uplink(setup: NightSetup): Uplink
}

/**
 * The device of this machine under the centre that a call names; undefined without one, or where it
 * takes no devices: the night needs none. It is kept in the home folder, a second one that runs
 * beside it in the next. Throws `UsageError` where that cannot be used.
 */
export async function centreDevice(
  args: Arguments,
  source: Source,
  stager: LiveStagerModel | undefined,
  tell: (text: string) => void,
): Promise<CentreDevice | undefined> {
  const url = args.text('facility')
  const code = args.text('pair')
  if (url === undefined) {
    if (code !== undefined) {
      throw new UsageError('--pair: got no --facility, expected whose code it is')
    }
    if (args.text('ecg') !== undefined) {
      throw new UsageError('--ecg: got no --facility, expected who is told of the heart')
    }
    return undefined
  }
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UsageError(`--facility: got "${url}", expected http://HOST:PORT`)
  }
  const { channels, rateHz } = source.description
  const body = bodyMontage(channels, rateHz, args.text('ecg'))
  if (!body.ok) throw new UsageError(`--ecg: ${describeProblem(body.problem)}`)
  const frameS = numberOption(args, 'frame-s', 1, 30)
  const isLive = source.description.live
  const self = { ...DEVICE, cohort: cohortOf(args, isLive) }
  const folder = await DeviceFolder.open(join(homeFolder(), 'device')).catch((error: Error) => {
    throw new UsageError(`--facility: ${error.message}`)
  })
  if (folder.isSibling) tell(`another night runs on this machine: this is ${folder.device}`)
  const again = code !== undefined
  const sleeperKey = await sleeperKeyHere()
  const call = { url, again, tell, ...(again && { code }), ...(sleeperKey && { sleeperKey }) }
  if (!(await enrolDevice(folder, call))) {
    await folder.close()
    return undefined
  }
  const shelf = args.flag('updates') ? await shelfOf(folder, url, stager, tell) : undefined
  return {
    name: folder.device,
    released: await shelf?.parameters(),
    uplink: ({ header, montage }) =>
      new Uplink({
        ...{ folder, tell, self, montage: montage.montage, body: body.value },
        ...(shelf && { shelf }),
        ...(header.resumed && { goesOn: true }),
        ...(frameS !== undefined && { frameS }),
        // A night that is played has dates of its own.
        ...(!isLive && { wallAheadMs: Date.now() - header.startMs }),
      }),
  }
}

/**
 * A night's header with the release that the device took from its centre; one that a call names
 * goes before it, and a night that goes on keeps its own (rule F38).
 */
export function releasedBy(
  device: CentreDevice | undefined,
  args: Arguments,
  header: NightHeader,
): NightHeader {
  const release = device?.released
  const isSet = args.text('release') !== undefined || header.resumed !== undefined
  return release === undefined || isSet ? header : { ...header, release }
}

/**
 * The releases of a device. Whose signatures count is fetched once, at the first call, and believed
 * from then on; undefined where the centre has none.
 */
async function shelfOf(
  { device, files }: DeviceFolder,
  url: string,
  stager: LiveStagerModel | undefined,
  tell: (text: string) => void,
): Promise<NightShelf | undefined> {
  const kept = await files.read(ROOT)
  const root = kept ?? (await firstRoot(url))
  if (root === undefined) {
    tell(`--updates: the centre at ${url} has no releases`)
    return undefined
  }
  if (kept === undefined) await files.write(ROOT, root)
  const parts = { files, subtle: webcrypto.subtle, nowMs: () => performance.now() }
  const loop = nightOf({ stager })
  const shelf = await ReleaseShelf.open({ ...parts, loop }, { device, ...DEVICE }, root)
  if (shelf.ok) return shelf.value
  throw new UsageError(`--updates: ${describeProblem(shelf.problem)}`)
}

async function firstRoot(url: string): Promise<Uint8Array | undefined> {
  try {
    const gathered = await gatherAtMost(releasesOf(url)(ROOT), MOST_BYTES.root, ROOT)
    return gathered.ok ? gathered.value : undefined
  } catch {
    return undefined
  }
}

function cohortOf(args: Arguments, isLive: boolean): Cohort {
  const district = args.text('district') ?? (isLive ? 'unknown' : PLAYED)
  if (!/^[a-z0-9][a-z0-9-]{0,23}$/.test(district)) {
    throw new UsageError(`--district: got "${district}", expected up to 24 of a-z, 0-9 and -`)
  }
  return { chronotype: 'unknown', age: 'unknown', district }
}
