import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shippedRelease } from '@nocturne/core/night'
import type { Facility, FacilityOptions } from '@nocturne/facility'
import { type Arguments, type Command, type Io, numberOption, UsageError } from '../command.ts'
import { CLUSTER_OPTIONS, clusterOf } from '../facility-cluster.ts'
import { facilityPage } from '../facility-page.ts'
import { PAGE_OPTIONS, pagesOf } from '../facility-pages.ts'
import { interrupted } from '../interrupted.ts'
import { homeFolder } from '../model-shelf.ts'

const DEFAULT_PORT = 4610
const DEFAULT_HOST = '127.0.0.1'
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/
/** Two backups are no closer than this and no further apart, h. */
const BACKUP_H: readonly [number, number] = [0.01, 8760]
/** A night and the day after it can always be looked at. */
const KEEP_DAYS: readonly [number, number] = [2, 3650]

/** `nocturne facility`: the monitoring centre of many sleepers, in one process. */
export const command: Command = {
  name: 'facility',
  summary: 'Run a monitoring centre: devices come in, are watched, and are natural without it',
  usage: 'facility [--data DIR] [--port P] [--host H]',
  example: 'nocturne facility --data ./facility --port 4610',
  positionals: [0, 0],
  options: {
    data: { type: 'string', value: 'DIR', help: 'all that is kept (facility in the home folder)' },
    port: { type: 'string', value: 'P', help: `HTTP; devices at the next one (${DEFAULT_PORT})` },
    host: { type: 'string', value: 'H', help: `the address to listen on (${DEFAULT_HOST})` },
    'open-enrolment': {
      type: 'string',
      value: 'yes|no',
      help: 'devices of this machine enrol without a code (yes on loopback without --origin)',
    },
    'tls-cert': { type: 'string', value: 'FILE', help: 'PEM of the certificate, with --tls-key' },
    'tls-key': { type: 'string', value: 'FILE', help: 'PEM of its key' },
    plain: { type: 'boolean', help: 'no TLS, though others than this machine are listened to' },
    'metrics-open': { type: 'boolean', help: 'anybody who reaches it may read /metrics' },
    origin: { type: 'string', value: 'URL', help: 'where browsers reach the page, for passkeys' },
    releases: {
      type: 'string',
      value: 'DIR',
      help: 'signed releases (releases in the data folder)',
    },
    backups: {
      type: 'string',
      value: 'DIR',
      help: 'where backups go (backups in the data folder)',
    },
    'keep-days': {
      type: 'string',
      value: 'N',
      help: 'days that records of the log are kept (30); longer while an incident is open',
    },
    'backup-every': { type: 'string', value: 'HOURS', help: 'make a backup every so many hours' },
    ...PAGE_OPTIONS,
    ...CLUSTER_OPTIONS,
    log: { type: 'string', value: 'json|text', help: 'the journal on stderr (text)' },
    'no-app': { type: 'boolean', help: 'serve no page, only the interface' },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  // Other commands do not wait for what a centre needs.
  const { openFacility, FacilityError, journalTo } = await import('@nocturne/facility')
  const log = oneOf(args, 'log', ['json', 'text']) ?? 'text'
  const journal = journalTo((line) => io.err(line), log)
  const options = { ...(await optionsOf(args, io)), ...(await clusterOf(args)), ...pagesOf(args) }
  const facility = await openFacility({ ...options, journal }).catch((error: Error) => {
    const isUsage = error instanceof FacilityError
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new UsageError(
        `--port: got ${options.port}, of which one is in use, expected free ones`,
      )
    }
    throw isUsage ? new UsageError(error.message) : error
  })
  const token = facility.tokenFile
  const { url, mqttPort, invitation } = facility
  if (args.flag('json')) io.out(`${JSON.stringify({ url, mqttPort, token, invitation })}\n`)
  else io.out(welcome(facility, options))
  await interrupted(io)
  journal('info', 'closing')
  await facility.close()
  return 0
}

async function optionsOf(args: Arguments, io: Io): Promise<Omit<FacilityOptions, 'journal'>> {
  const host = args.text('host') ?? DEFAULT_HOST
  const [cert, key] = [args.text('tls-cert'), args.text('tls-key')]
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError('--tls-cert: got one of --tls-cert and --tls-key, expected both or none')
  }
  if (!LOOPBACK.test(host) && cert === undefined && !args.flag('plain')) {
    throw new UsageError(
      `--host: got ${host} without TLS, expected --tls-cert and --tls-key, or --plain`,
    )
  }
  const open = oneOf(args, 'open-enrolment', ['yes', 'no'])
  if (open === 'yes' && !LOOPBACK.test(host)) {
    throw new UsageError(
      `--open-enrolment: got yes with --host ${host}, expected a loopback address`,
    )
  }
  const origin = args.text('origin')
  if (origin !== undefined && !/^https?:\/\/[^/]+$/.test(origin)) {
    throw new UsageError(`--origin: got "${origin}", expected https://HOST without a path`)
  }
  const everyH = numberOption(args, 'backup-every', ...BACKUP_H)
  const keepDays = numberOption(args, 'keep-days', ...KEEP_DAYS)
  const [folder, releases] = [args.text('backups'), args.text('releases')]
  return {
    ...{
      host,
      folder: args.text('data') ?? join(homeFolder(), 'facility'),
      version: shippedRelease().version,
    },
    port: numberOption(args, 'port', 0, 65_534) ?? DEFAULT_PORT,
    // Behind a page with an address of its own everybody comes from this machine.
    openEnrolment:
      open === undefined ? LOOPBACK.test(host) && origin === undefined : open === 'yes',
    ...(cert !== undefined && key !== undefined && { tls: await pemOf(cert, key) }),
    ...(origin !== undefined && { origin }),
    openMetrics: args.flag('metrics-open'),
    ...(keepDays !== undefined && { keepDays }),
    ...(releases !== undefined && { releases }),
    backups: { ...(folder !== undefined && { folder }), ...(everyH !== undefined && { everyH }) },
    ...(!args.flag('no-app') && { page: facilityPage(io) }),
  }
}

async function pemOf(certFile: string, keyFile: string): Promise<{ cert: string; key: string }> {
  const read = (path: string): Promise<string> =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`${path}: got ${error.code ?? error.message}, expected a PEM file`)
    })
  return { cert: await read(certFile), key: await read(keyFile) }
}

function welcome(facility: Facility, { openEnrolment }: Omit<FacilityOptions, 'journal'>): string {
  const { url, mqttPort, tokenFile, invitation } = facility
  const lines = [
    `The facility is up on ${url}, devices come in at port ${mqttPort}. Ctrl-C ends it.`,
    ...(invitation === undefined ? [] : [`  sign in once:  ${url}/#sign-in=${invitation}`]),
    `  command line:  export NOCTURNE_FACILITY_TOKEN=$(cat ${tokenFile})`,
    ...(openEnrolment ? [`  a device here: nocturne edge --facility ${url} --source synth:1`] : []),
  ]
  return `${lines.join('\n')}\n`
}

function oneOf<const Word extends string>(
  args: Arguments,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = args.text(name)
  const found = words.find((word) => word === text)
  if (text !== undefined && found === undefined) {
    throw new UsageError(`--${name}: got "${text}", expected ${words.join(' or ')}`)
  }
  return found
}
