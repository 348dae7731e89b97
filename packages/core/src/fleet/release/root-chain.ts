import { ok, type Result } from '../../math/result.ts'
import { isSignedByRole, refuse, type UpdateCode } from './bundle.ts'
import { type GoodSignatures, keyIdOf } from './document.ts'
import { type Document, OFFLINE, ONLINE } from './metadata.ts'
import type { DeviceTrust } from './trust.ts'

/** From the root that is believed to the newest: each one signed by the one before and by itself. */
export function followRoots(
  believed: Document<'root'>,
  roots: readonly Document<'root'>[],
  good: GoodSignatures,
): Result<Document<'root'>, UpdateCode> {
  let root = believed
  for (const next of roots) {
    const { version } = next.signed
    if (version !== root.signed.version + 1) {
      const expected = `version ${root.signed.version + 1}`
      return refuse('UPDATE_VERSION', 'root.json', `version ${version}`, expected)
    }
    const isSigned = [root, next].every((by) => isSignedByRole(by, 'root', next, good))
    if (!isSigned) {
      const expected = 'the threshold of the old root and of the new'
      return refuse('UPDATE_SIGNATURES', 'root.json', 'too few good signatures', expected)
    }
    const flaw = rootFlaw(next)
    if (flaw) return refuse('UPDATE_ROOT', 'root.json', flaw, 'keys that lie apart')
    root = next
  }
  return ok(root)
}

/**
 * What makes a root one that no device should believe: fewer than two signatures for a root, a key
 * under another's id, or a key that is both online and offline.
 */
export function rootFlaw({ signed }: Document<'root'>): string | undefined {
  const { roles, keys } = signed
  if (roles.root.threshold < 2) return 'one signature makes a root'
  const online = new Set(ONLINE.flatMap((role) => roles[role].keyids))
  if (OFFLINE.some((role) => roles[role].keyids.some((keyid) => online.has(keyid)))) {
    return 'a key that is both online and offline'
  }
  const named = Object.values(roles).flatMap(({ keyids }) => keyids)
  if (named.some((keyid) => !Object.hasOwn(keys, keyid))) return 'a key that is missing'
  const isOwn = Object.entries(keys).every(([keyid, key]) => keyid === keyIdOf(key))
  return isOwn ? undefined : 'a key under an id that is not its own'
}

/**
 * Versions seen, without those of roles whose keys were changed: who had stolen the old ones may
 * have run their counters up.
 */
export function rebased(trust: DeviceTrust, root: Document<'root'>): DeviceTrust['seen'] {
  const kept = (role: 'timestamp' | 'snapshot' | 'targets' | 'director'): number => {
    const [was, is] = [trust.root.signed.roles[role].keyids, root.signed.roles[role].keyids]
    return was.some((keyid) => is.includes(keyid)) ? trust.seen[role] : 0
  }
  return {
    ...{ timestamp: kept('timestamp'), snapshot: kept('snapshot') },
    ...{ targets: kept('targets'), director: kept('director') },
  }
}
