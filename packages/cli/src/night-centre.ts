import { join } from 'node:path'
import type { Cohort } from '@nocturne/core/fleet'
import { shippedRelease } from '@nocturne/core/night'
import { DeviceFolder, enrolDevice, type Source, Uplink } from '@nocturne/edge'
import { type Arguments, type CommandOption, numberOption, UsageError } from './command.ts'
import { homeFolder } from './model-shelf.ts'
import type { NightSetup } from './night-setup.ts'

/** Options of a night under a centre. */
export const CENTRE_OPTIONS: Readonly<Record<string, CommandOption>> = {
  facility: { type: 'string', value: 'URL', help: 'a monitoring centre, http://127.0.0.1:4610' },
  pair: { type: 'string', value: 'CODE', help: "enrols with an operator's code, also anew" },
  district: { type: 'string', value: 'NAME', help: 'where the device is, as coarse as you like' },
  'frame-s': { type: 'string', value: 'S', help: 'between two frames for the centre, 1 to 30 s' },
}

/** A district of those who are not people, so that nobody is compared with them. */
const PLAYED = 'rehearsal'
const HARDWARE = 'bedside-box'

/**
 * A call whose played sleeper needs neither consent nor `--rehearse` under a centre: guidance then,
 * which is silent.
 */
export function rehearsedUnderCentre(args: Arguments, isLive: boolean): Arguments {
  const isSaid = args.text('rehearse') !== undefined || args.text('consent') !== undefined
  if (isLive || isSaid || args.text('facility') === undefined) return args
  return { ...args, text: (name) => (name === 'rehearse' ? 'guidance' : args.text(name)) }
}

/**
 * Joins a night to the centre that a call names; undefined without one, or where it takes no
 * devices: the night needs none. The device is kept in the home folder, a second one that runs
 * beside it in the next. Throws `UsageError` where that cannot be used.
 */
export async function nightUplink(
  args: Arguments,
  { header, montage }: NightSetup,
  source: Source,
  tell: (text: string) => void,
): Promise<Uplink | undefined> {
  const url = args.text('facility')
  const code = args.text('pair')
  if (url === undefined) {
    if (code === undefined) return undefined
    throw new UsageError('--pair: got no --facility, expected whose code it is')
  }
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UsageError(`--facility: got "${url}", expected http://HOST:PORT`)
  }
  const frameS = numberOption(args, 'frame-s', 1, 30)
  const isLive = source.description.live
  const cohort = cohortOf(args, isLive)
  const folder = await DeviceFolder.open(join(homeFolder(), 'device')).catch((error: Error) => {
    throw new UsageError(`--facility: ${error.message}`)
  })
  if (folder.isSibling) tell(`another night runs on this machine: this is ${folder.device}`)
  const again = code !== undefined
  const isEnrolled = await enrolDevice(folder, { url, again, tell, ...(again && { code }) })
  if (!isEnrolled) {
    await folder.close()
    return undefined
  }
  return new Uplink({
    ...{ folder, tell, montage: montage.montage },
    self: {
      ...{ hardware: HARDWARE, code: shippedRelease().version, release: 0 },
      ...{ takesUpdates: false, cohort },
    },
    ...(frameS !== undefined && { frameS }),
    // A night that is played has dates of its own.
    ...(!isLive && { wallAheadMs: Date.now() - header.startMs }),
  })
}

function cohortOf(args: Arguments, isLive: boolean): Cohort {
  const district = args.text('district') ?? (isLive ? 'unknown' : PLAYED)
  if (!/^[a-z0-9][a-z0-9-]{0,23}$/.test(district)) {
    throw new UsageError(`--district: got "${district}", expected up to 24 of a-z, 0-9 and -`)
  }
  return { chronotype: 'unknown', age: 'unknown', district }
}
