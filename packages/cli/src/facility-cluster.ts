import { hostname } from 'node:os'
import type { FacilityOptions } from '@nocturne/facility'
import { type Arguments, type Command, numberOption, UsageError } from './command.ts'

/** Options of a centre on many machines. */
export const CLUSTER_OPTIONS: Command['options'] = {
  bus: {
    type: 'string',
    value: 'nats://...',
    help: 'one of many machines: the log is in NATS JetStream; or NOCTURNE_BUS, as it has a password',
  },
  store: {
    type: 'string',
    value: 'postgres://...',
    help: 'the store in PostgreSQL, or NOCTURNE_STORE (SQLite in the data folder)',
  },
  copies: {
    type: 'string',
    value: 'N',
    help: 'NATS servers that hold each record (3 where the bus names three, else 1)',
  },
  node: {
    type: 'string',
    value: 'NAME',
    help: "this machine's name, unlike any other's (its host name)",
  },
  inner: {
    type: 'string',
    value: 'HOST:PORT',
    help: 'where the other machines pass devices on to (127.0.0.1:0); nobody else may reach it',
  },
  advertise: { type: 'string', value: 'HOST:PORT', help: 'that address as the others reach it' },
}

const MOST_COPIES = 5

/** What `--bus` and `--store` ask for; nothing without them. Throws `UsageError`. */
export async function clusterOf(
  args: Arguments,
): Promise<Pick<FacilityOptions, 'cluster' | 'openStore'>> {
  const bus = args.text('bus') ?? process.env.NOCTURNE_BUS
  const store = args.text('store') ?? process.env.NOCTURNE_STORE
  const given = ['copies', 'node', 'inner', 'advertise'].find((name) => args.text(name))
  if (bus === undefined && given !== undefined) {
    throw new UsageError(`--${given}: got it without --bus, expected both`)
  }
  if (bus !== undefined && store === undefined) {
    throw new UsageError('--bus: got it without --store, expected a store that machines share')
  }
  if (store !== undefined && !/^postgres(?:ql)?:\/\//.test(store)) {
    throw new UsageError(`--store: got "${store.slice(0, 12)}...", expected postgres://...`)
  }
  if (bus !== undefined && !/^nats:\/\/\S+$/.test(bus)) {
    throw new UsageError('--bus: got another address, expected nats://HOST:PORT[,HOST:PORT ...]')
  }
  const copies = numberOption(args, 'copies', 1, MOST_COPIES)
  return {
    ...(bus !== undefined && { cluster: machineOf(args, bus, copies) }),
    ...(store !== undefined && {
      openStore: async () => (await import('@nocturne/facility')).openPostgresStore(store),
    }),
  }
}

function machineOf(
  args: Arguments,
  bus: string,
  copies: number | undefined,
): NonNullable<FacilityOptions['cluster']> {
  const inner = args.text('inner') ?? '127.0.0.1:0'
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(inner) ?? []
  if (host === undefined || Number(port) > 65_535) {
    throw new UsageError(`--inner: got "${inner}", expected HOST:PORT`)
  }
  const advertise = args.text('advertise')
  return {
    ...{ bus, node: args.text('node') ?? hostname() },
    replicas: copies ?? (bus.split(',').length >= 3 ? 3 : 1),
    inner: { host, port: Number(port), ...(advertise !== undefined && { advertise }) },
  }
}
