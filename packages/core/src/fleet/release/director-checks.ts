import type { Problem } from '../../math/result.ts'
import { sha256 } from '../../math/sha256.ts'
import { isSignedByRole, refuse, type UpdateCode, type UpdateDocuments } from './bundle.ts'
import type { GoodSignatures } from './document.ts'
import type { Document, Target } from './metadata.ts'
import type { DeviceTrust } from './trust.ts'

type Refused = Problem<UpdateCode> | undefined

/**
 * Whether the director may have this device run this release: it is named, the order is not an old
 * one or a second one under the same number, every file is one that was signed offline for this
 * release and hardware, none of them is left out, and the release is newer, or the one to go back
 * to. `digest` is the SHA-256 of the director's document.
 */
export function checkDirector(
  trust: DeviceTrust,
  { director, targets }: UpdateDocuments,
  digest: string,
): Refused {
  const { devices, version, release } = director.signed
  if (!devices.includes(trust.device)) {
    return told('UPDATE_DEVICE', 'director.json', 'other devices', trust.device)
  }
  const isSecond = version === trust.seen.director && trust.followed !== ''
  if (isSecond && digest !== trust.followed) {
    return told('UPDATE_VERSION', 'director.json', `another version ${version}`, 'a higher one')
  }
  return (
    disagreement(director, targets) ??
    unfit(trust, release, targets) ??
    partial(trust, director, targets) ??
    wrongRelease(trust, release, targets)
  )
}

/** Whether every file is there and is the one that was signed. */
export function checkFiles(
  trust: DeviceTrust,
  root: Document<'root'>,
  { director, targets }: UpdateDocuments,
  files: ReadonlyMap<string, Uint8Array>,
  good: GoodSignatures,
): Refused {
  const pins = director.signed.targets
  const other = [...files.keys()].find((path) => !Object.hasOwn(pins, path))
  if (other !== undefined) return told('UPDATE_DISAGREE', other, 'a file nobody named', 'none')
  // What runs, and what is gone back to, lies in a slot already.
  const isHeld = director.signed.release <= trust.running
  for (const [path, { length, hashes }] of Object.entries(pins)) {
    const bytes = files.get(path)
    if (bytes === undefined) {
      if (isHeld) continue
      return told('UPDATE_PARTIAL', path, 'no file', `${length} bytes`)
    }
    if (bytes.length > length) {
      return told('UPDATE_ENDLESS', path, `${bytes.length} bytes`, `${length}`)
    }
    if (bytes.length < length || sha256(bytes) !== hashes.sha256) {
      return told('UPDATE_CONTENT', path, 'other bytes', 'those that were signed')
    }
    const isFailsafe = targets.signed.targets[path]!.custom.part === 'failsafe'
    if (isFailsafe && !isSignedByRole(root, 'root', targets, good)) {
      const got = 'a failsafe without the signatures of root'
      return told('UPDATE_FAILSAFE', path, got, `${root.signed.roles.root.threshold} of its keys`)
    }
  }
  return undefined
}

/** A file that the director names and the offline repository does not, or not so. */
function disagreement(director: Document<'director'>, targets: Document<'targets'>): Refused {
  const { release } = director.signed
  for (const [path, pin] of Object.entries(director.signed.targets)) {
    const signed = Object.hasOwn(targets.signed.targets, path)
      ? targets.signed.targets[path]
      : undefined
    const isSame =
      signed?.length === pin.length &&
      signed.hashes.sha256 === pin.hashes.sha256 &&
      signed.custom.release === release
    if (!isSame) return told('UPDATE_DISAGREE', path, 'what targets.json has not', 'the same')
  }
  return undefined
}

/** The parts of a release; of one that has none for this device it is hardware that is wrong. */
function unfit(trust: DeviceTrust, release: number, targets: Document<'targets'>): Refused {
  const parts = partsOf(release, targets)
  const fits = parts.filter(([, { custom }]) => custom.hardware.includes(trust.hardware))
  if (release !== 0 && fits.length === 0) {
    const made = [...new Set(parts.flatMap(([, { custom }]) => custom.hardware))].join(' ')
    const got = `release ${release} for ${made || 'nothing'}`
    return told('UPDATE_HARDWARE', 'targets.json', got, trust.hardware)
  }
  const bringsCode = fits.some(([, { custom }]) => custom.part === 'code')
  const other = fits.find(([, { custom }]) => custom.code !== trust.code)
  if (other && !bringsCode) {
    const got = `parameters for program ${other[1].custom.code}`
    return told('UPDATE_CODE', other[0], got, `program ${trust.code}`)
  }
  return undefined
}

/** Exactly the parts that were signed for this release and hardware, the parameters among them. */
function partial(
  { hardware }: DeviceTrust,
  director: Document<'director'>,
  targets: Document<'targets'>,
): Refused {
  const { release, targets: named } = director.signed
  if (release === 0) return undefined
  const parts = partsOf(release, targets)
  const own = parts.filter(([, { custom }]) => custom.hardware.includes(hardware))
  const missing = own.find(([path]) => !Object.hasOwn(named, path))
  if (missing) return told('UPDATE_PARTIAL', missing[0], 'a part left out', 'all of them')
  const parameters = own.find(([, { custom }]) => custom.part === 'parameters')
  if (!parameters) return told('UPDATE_PARTIAL', 'targets.json', 'no parameters', 'some')
  if (!parameters[1].custom.golden) {
    return told('UPDATE_PARTIAL', parameters[0], 'no golden night', 'one to try it on')
  }
  const foreign = parts.find(([path, { custom }]) => {
    return Object.hasOwn(named, path) && !custom.hardware.includes(hardware)
  })
  if (!foreign) return undefined
  const got = foreign[1].custom.hardware.join(' ')
  return told('UPDATE_HARDWARE', foreign[0], `a part for ${got}`, hardware)
}

/**
 * Releases rise. A device goes back only to the one in its other slot, or to itself as shipped, and
 * never below the floor that was signed offline.
 */
function wrongRelease(
  { running, other, floor: known }: DeviceTrust,
  release: number,
  { signed }: Document<'targets'>,
): Refused {
  const floor = Math.max(known, signed.floor)
  if (release < floor) {
    return told('UPDATE_RELEASE', 'director.json', `release ${release}`, `${floor} or higher`)
  }
  const isBack = release === other || release === 0
  if (release >= running || isBack) return undefined
  const expected = `${running} or higher, or ${other} to go back to`
  return told('UPDATE_RELEASE', 'director.json', `release ${release}`, expected)
}

function partsOf(release: number, { signed }: Document<'targets'>): [string, Target][] {
  return Object.entries(signed.targets).filter(([, { custom }]) => custom.release === release)
}

function told(code: UpdateCode, where: string, got: string, expected: string): Problem<UpdateCode> {
  return refuse(code, where, got, expected).problem
}
