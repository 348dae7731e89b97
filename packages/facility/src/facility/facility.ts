import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { PARTITIONS, partitionOf } from '@nocturne/core/fleet'
import { describeProblem } from '@nocturne/core/math'
import { Meters } from '../api/meters.ts'
import { httpServer } from '../api/server.ts'
import { type Cluster, type ClusterParts, openCluster } from '../cluster/cluster.ts'
import { isCentresKey } from '../cluster/same-key.ts'
import { storeSnapshots } from '../cluster/store-snapshots.ts'
import { CentreClock } from '../desk-run/centre-clock.ts'
import { DeskRun } from '../desk-run/desk-run.ts'
import { FollowerAlarms } from '../desk-run/follower-alarms.ts'
import { GrantSigner } from '../desk-run/grant-signer.ts'
import { Holders } from '../desk-run/holders.ts'
import { PieceShelf } from '../desk-run/piece-shelf.ts'
import { RowBook } from '../desk-run/row-book.ts'
import { openSnapshots } from '../desk-run/snapshots.ts'
import { sealedStates } from '../desk-run/state-text.ts'
import { FrontDoor } from '../gate/front-door.ts'
import { LastCredentials } from '../gate/last-credentials.ts'
import { sealedLog } from '../log/sealed-log.ts'
import { Sealer } from '../log/sealer.ts'
import { SealingKeys } from '../log/sealing-keys.ts'
import { openSegmentLog } from '../log/segment-log.ts'
import { ApprovalBook } from '../operator/approval-book.ts'
import { AuditLog } from '../operator/audit-log.ts'
import { OneTimeCodes } from '../operator/one-time-codes.ts'
import { OperatorRegister } from '../operator/operator-register.ts'
import { OperatorTokens } from '../operator/operator-tokens.ts'
import { isLoopback } from '../operator/own-machine.ts'
import { holdAlone, openSqliteStore } from '../store/sqlite-store.ts'
import type { StorePort } from '../store/store-port.ts'
import { RESTORED_FILE } from './backup.ts'
import { centreOf, type Parts } from './centre-of.ts'
import { FacilityError, inOneLine } from './facility-error.ts'
import type { Facility, FacilityOptions } from './facility-options.ts'
import { watchFailsafeFile } from './failsafe-file.ts'
import { firstOperator } from './first-operator.ts'
import { handsIn, type Living } from './hands-in.ts'
import type { Journal } from './journal.ts'
import { isAmongBackups, LOCK_FILE } from './kept-backups.ts'
import { openKeyShelf } from './key-shelf.ts'
import { KEEP_DAYS, LogKeeper } from './log-keeper.ts'
import { pagerOf } from './pager-of.ts'

type Closers = (() => unknown)[]

/** Handshakes a second that two cores do beside their other work (60 % of them, TLS). */
const HANDSHAKES_PER_S = 1500

/** A device that was connected when the centre ended and is not back after so long is gone, ms. */
const BACK_WITHIN_MS = 90_000
const HOUR_MS = 3_600_000

/**
 * Starts a centre in its data folder: states from snapshots and log, then the doors. Throws
 * `FacilityError` where the folder is held by another process, cannot be trusted, or what it needs
 * is not there.
 */
export async function openFacility(options: FacilityOptions): Promise<Facility> {
  const closers: Closers = []
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) {
      // What cannot be written down must not keep the rest from ending in order.
      try {
        await close()
      } catch (error) {
        options.journal('error', 'closing', { why: (error as Error).message })
      }
    }
  }
  try {
    return await opened(options, closers, closeAll)
  } catch (error) {
    await closeAll()
    throw error
  }
}

async function opened(
  options: FacilityOptions,
  closers: Closers,
  closeAll: () => Promise<void>,
): Promise<Facility> {
  const { folder, journal } = options
  const letGo = await heldAlone(options)
  closers.push(letGo)
  const { cluster, ...kept } = await inOneLine(folder, openKept(options, closers))
  const site = { host: '', origin: '' }
  const world: Living = { ...kept, cluster, journal }
  const hands = handsIn(world)
  const run: DeskRun = new DeskRun({
    ...{ ...kept, hands, handshakesPerS: HANDSHAKES_PER_S },
    ...(cluster && { between: cluster.between, fenced: (seat) => cluster.fenced(seat) }),
  })
  world.run = run
  closers.push(
    () => kept.rows.written(),
    () => run.close(),
  )
  const ask = cluster && { ask: cluster.ask.bind(cluster) }
  const holders = new Holders({ ...kept, run, ...ask })
  const pager = await pagerOf(options, { ...kept, run }, site)
  world.pager = pager
  closers.push(() => pager.close())
  if (cluster === undefined) await inOneLine(folder, takeOnAll(run, journal))
  const shelf = await PieceShelf.open(kept.keys.store, run, kept.clock)
  const credentials = await LastCredentials.open(kept.keys.store)
  closers.push(() => credentials.close())
  const door = doorOf(options, run, shelf, credentials, cluster)
  world.door = door
  closers.push(() => door.close())
  const taken = (partitions: readonly number[]): void => {
    goneUnlessBack(run, door, closers, partitions)
    if (cluster !== undefined) kept.rows.sweep().catch(() => undefined)
  }
  if (cluster !== undefined) {
    const sweeping = setInterval(() => kept.rows.sweep().catch(() => undefined), HOUR_MS)
    closers.push(() => clearInterval(sweeping))
    const heard = hearing({ ...kept, holders })
    await joined(cluster, { ...heard, run, door, taken }, journal, closers)
  }
  await afterRestore(options, run)
  const told = cluster?.fileTold(run) ?? ((isPresent: boolean) => run.file(isPresent))
  closers.push(watchFailsafeFile(join(folder, 'failsafe'), told))
  run.start()
  taken(run.held)
  const keepDays = options.keepDays ?? KEEP_DAYS
  const keeper = new LogKeeper({ ...kept, folder, journal, run, keepDays })
  closers.push(() => keeper.close())
  const parts = { ...kept, run, door, shelf, keeper, holders, pager, site }
  return listening(options, parts, kept.code, closers, closeAll)
}

/** The data folder is this process's until the answer is called. */
async function heldAlone({ folder, backups }: FacilityOptions): Promise<() => void> {
  if (backups?.folder !== undefined && (await isAmongBackups(folder, backups.folder))) {
    throw new FacilityError(
      `${folder}: got a folder among its own backups, expected another: copy it first`,
    )
  }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const letGo = await holdAlone(join(folder, LOCK_FILE))
  if (letGo !== undefined) return letGo
  throw new FacilityError(
    `${folder}: got a folder that another facility holds, expected a free one`,
  )
}

/** Where devices come in; it listens nowhere yet. */
function doorOf(
  { limits }: FacilityOptions,
  run: DeskRun,
  shelf: PieceShelf,
  credentials: LastCredentials,
  cluster: Cluster | undefined,
): FrontDoor {
  return new FrontDoor({
    take: (device, records) => run.take(device, records),
    known: async (device) => {
      cluster?.mustHold(device)
      return run.device(device)
    },
    piece: (device, bytes) => shelf.take(device, bytes),
    credentials,
    ...(limits && { limits }),
    ...(cluster && { relay: cluster.relay }),
  })
}

/** All that outlives a process. */
async function openKept(options: FacilityOptions, closers: Closers) {
  const { folder, journal } = options
  const meters = new Meters()
  closers.push(() => meters.close())
  const cluster = options.cluster && (await inOneLine('bus', openCluster(options.cluster)))
  if (cluster !== undefined) closers.push(() => cluster.close())
  const openLog = options.openLog ?? openSegmentLog
  const clock = options.clock ?? new CentreClock()
  const openStore = options.openStore ?? openSqliteStore
  const store = await inOneLine('store', openStore(join(folder, 'store.sqlite')))
  closers.push(() => store.close())
  const keys = await keysOf(options, store, closers)
  const opened = cluster?.log ?? (await inOneLine('log', openLog(join(folder, 'log'))))
  const log = meters.around(sealedLog(opened, keys))
  closers.push(() => log.close())
  const audited = await AuditLog.open(join(folder, 'audit.jsonl'))
  if (!audited.ok) throw new FacilityError(describeProblem(audited.problem))
  const audit = audited.value
  closers.push(() => audit.close())
  const signer = await GrantSigner.open(join(folder, 'grant-key'))
  const alarms = new FollowerAlarms(signer.keyFor('nocturne follower token 1'))
  if (cluster !== undefined && !(await isCentresKey(store, signer.publicKey))) {
    const file = join(folder, 'grant-key')
    throw new FacilityError(`${file}: got another key, expected a copy of the other machines'`)
  }
  const snapshots = await (cluster
    ? storeSnapshots(store)
    : openSnapshots(join(folder, 'snapshots')))
  const states = sealedStates(new Sealer(keys))
  const rows = await RowBook.open(store)
  const people = await peopleOf(store, signer)
  const tokenFile = join(folder, 'admin-token')
  const code = await firstOperator(people, tokenFile, clock.nowMs())
  if (code !== undefined) journal('info', 'the first operator was made', { token: tokenFile })
  return {
    ...{ alarms, audit, clock, cluster, code, keys, log, meters, ...people },
    ...{ rows, signer, snapshots, states, store },
  }
}

/** Who the operators are, what opens the door to them, and what waits for them. */
async function peopleOf(store: StorePort, signer: GrantSigner) {
  const register = await OperatorRegister.open(store)
  const key = signer.keyFor('nocturne one-time code 1')
  return {
    ...{ register, tokens: await OperatorTokens.open(store) },
    approvals: await ApprovalBook.open(store),
    invitations: await OneTimeCodes.open(store, key, 'sign-in'),
    pairing: await OneTimeCodes.open(store, key, 'pair'),
  }
}

/** The keys that seal the log: on one machine apart from all that backups copy. */
async function keysOf(
  { folder, cluster, journal }: FacilityOptions,
  store: StorePort,
  closers: Closers,
): Promise<SealingKeys> {
  if (cluster !== undefined) return SealingKeys.open(store)
  const isRestored = existsSync(join(folder, RESTORED_FILE))
  const keys = await openKeyShelf(folder, isRestored, {
    copyFailed: (path, { message }) => {
      const why = `it may hold keys that were erased: ${message}`
      journal('warn', 'a copy of the keys was not made anew', { path, why })
    },
  }).catch((error: Error) => {
    throw new FacilityError(error.message)
  })
  closers.push(() => keys.store.close())
  return keys
}

/** A centre that was started from a copy begins natural: its devices may have heard more since. */
async function afterRestore({ folder, journal }: FacilityOptions, run: DeskRun): Promise<void> {
  const mark = join(folder, RESTORED_FILE)
  if (!existsSync(mark)) return
  const why = 'started from a backup'
  await run.order('', { what: 'failsafe', do: { kind: 'pull', from: 'file', why } })
  await rm(mark)
  journal('warn', 'started from a backup: everybody is natural until two persons lift the switch')
}

/** Alone: all partitions and the desk are held here. */
async function takeOnAll(run: DeskRun, journal: Journal): Promise<void> {
  const begun = performance.now()
  await run.takeOnDesk()
  const all = Array.from({ length: PARTITIONS }, (_, partition) => partition)
  await run.takeOn(all)
  const ms = Math.round(performance.now() - begun)
  journal('info', 'states are as the log has them', { ms, partitions: run.held.length })
}

/** What other machines ask and tell. */
function hearing({
  alarms,
  holders,
  keys,
  rows,
}: Pick<Parts, 'alarms' | 'holders' | 'keys' | 'rows'>): Pick<
  ClusterParts,
  'answer' | 'heard' | 'written'
> {
  return {
    written: () => rows.written(),
    answer: (question) => holders.answer(question),
    heard: (news) => {
      if ('alarm' in news) alarms.hear(news.alarm)
      else keys.again(news.erased).catch(() => undefined)
    },
  }
}

/** Among others: what falls to this machine is held here, the rest elsewhere. */
async function joined(
  cluster: Cluster,
  parts: Omit<ClusterParts, 'say' | 'nameTaken'>,
  journal: Journal,
  closers: Closers,
): Promise<void> {
  closers.push(() => cluster.leave())
  await cluster.begin({
    ...parts,
    say: (what, about) => journal('info', what, about),
    // Nothing may go on under a name that another has too.
    nameTaken: () => {
      journal('error', 'another machine has our name: this one ends')
      process.kill(process.pid, 'SIGTERM')
    },
  })
}

/**
 * Whoever was connected when the centre, or the machine before this one, ended, and does not come
 * back, is told to be gone.
 */
function goneUnlessBack(
  run: DeskRun,
  door: FrontDoor,
  closers: Closers,
  partitions: readonly number[],
): void {
  const taken = new Set(partitions)
  const before = run.online().filter(({ device }) => taken.has(partitionOf(device)))
  const timer = setTimeout(() => {
    for (const { device, boot } of before) {
      if (door.has(device) || run.device(device)?.boot !== boot) continue
      run.wish({ kind: 'gone', device, boot, how: 'silent' }).catch(() => undefined)
    }
  }, BACK_WITHIN_MS)
  timer.unref()
  closers.push(() => clearTimeout(timer))
}

/** Opens the doors: devices first, then people, once what they look up is as the log has it. */
async function listening(
  options: FacilityOptions,
  parts: Parts,
  invitation: string | undefined,
  closers: Closers,
  closeAll: () => Promise<void>,
): Promise<Facility> {
  const { folder, host, port, tls, journal } = options
  const secure = tls && { tls }
  const mqttPort = await parts.door.listen({ host, port: port === 0 ? 0 : port + 1, ...secure })
  // Nobody is told what held before: the copy's, or that of before the last process ended.
  await parts.rows.written()
  const { site } = parts
  const centre = centreOf(options, parts, mqttPort)
  const app = await httpServer(centre, options.page, tls)
  closers.push(() => {
    app.server.closeAllConnections()
    return app.close()
  })
  await app.listen({ host, port })
  const bound = (app.server.address() as AddressInfo).port
  // A browser knows this machine by a name; passkeys need one.
  const named = isLoopback(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  const url = `${tls ? 'https' : 'http'}://${named}:${bound}`
  site.origin = options.origin ?? url
  site.host = new URL(site.origin).hostname
  const { everyH } = options.backups ?? {}
  if (everyH !== undefined) {
    const again = (): void => {
      centre.backup().catch((error: Error) => journal('error', 'no backup', { why: error.message }))
    }
    const timer = setInterval(again, everyH * HOUR_MS)
    closers.push(() => clearInterval(timer))
  }
  // The start itself is no delay of anybody.
  parts.meters.loop.reset()
  journal('info', 'the doors are open', { url, mqttPort })
  const tokenFile = join(folder, 'admin-token')
  return { url, mqttPort, tokenFile, invitation, centre, close: closeAll }
}
