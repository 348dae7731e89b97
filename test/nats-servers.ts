import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from './free-ports.ts'

const PLACES = ['/usr/sbin/nats-server', '/usr/bin/nats-server', '/usr/local/bin/nats-server']
const program = PLACES.find((path) => existsSync(path))

/** Whether a nats-server is on this machine. */
export const hasNats: boolean =
  program !== undefined && spawnSync(program, ['-v']).error === undefined

/** Why a test was skipped. */
export const NATS_MISSING = 'nats-server is not installed (apt install nats-server)'

/** Servers of NATS with JetStream on free ports of this machine, each its own process. */
export type NatsServers = {
  /** `nats://` with all of them. */
  readonly bus: string
  readonly count: number
  /** kill -9 of one. */
  kill(index: number): Promise<void>
  /** Starts one again where its files are. */
  start(index: number): Promise<void>
  /** The one that leads a stream just now; undefined while none does. */
  leaderOf(stream: string): Promise<number | undefined>
  /** Whether a stream has a leader, and all servers that hold it have all of it. */
  isCurrent(stream: string): Promise<boolean>
  /** Ends them all and removes their files. */
  stop(): Promise<void>
}

type Ports = { readonly client: number; readonly cluster: number; readonly monitor: number }

/** Starts one server, or a cluster of some; resolves when they answer. */
export async function startNats(count = 1): Promise<NatsServers> {
  const folder = mkdtempSync(join(tmpdir(), 'nocturne-nats-'))
  const ports = await portsOf(count)
  const routes = ports.map(({ cluster }) => `nats://127.0.0.1:${cluster}`)
  for (const [index] of ports.entries()) {
    writeFileSync(join(folder, `${index}.conf`), configuration(folder, index, ports, routes))
  }
  const children: (ChildProcess | undefined)[] = []
  const start = async (index: number): Promise<void> => {
    children[index] = spawn(program ?? 'nats-server', ['-c', join(folder, `${index}.conf`)], {
      stdio: 'ignore',
    })
    await answered(ports[index]!.monitor)
  }
  const kill = (index: number): Promise<void> =>
    new Promise((done) => {
      const child = children[index]
      children[index] = undefined
      if (child === undefined || child.exitCode !== null) done()
      else child.once('exit', () => done()).kill('SIGKILL')
    })
  const views = async (stream: string): Promise<(StreamDetail | undefined)[]> => {
    const answers = await Promise.all(ports.map(({ monitor }) => streamsOf(monitor)))
    return answers.map((about) => about?.find(({ name }) => name === stream))
  }
  const leaderOf = async (stream: string): Promise<number | undefined> => {
    const names = (await views(stream)).map((view) => view?.cluster?.leader)
    const leader = names.find((name, index) => name === `n${index}`)
    return leader === undefined ? undefined : Number(leader.slice(1))
  }
  const isCurrent = async (stream: string): Promise<boolean> => {
    const leader = await leaderOf(stream)
    const replicas = leader === undefined ? [] : (await views(stream))[leader]?.cluster?.replicas
    const current = replicas?.filter((replica) => replica.current && !replica.offline) ?? []
    return current.length === count - 1
  }
  await Promise.all(ports.map((_, index) => start(index)))
  const bus = `nats://${ports.map(({ client }) => `127.0.0.1:${client}`).join(',')}`
  const stop = async (): Promise<void> => {
    await Promise.all(ports.map((_, index) => kill(index)))
    rmSync(folder, { recursive: true, force: true })
  }
  return { bus, count, kill, start, leaderOf, isCurrent, stop }
}

function configuration(
  folder: string,
  index: number,
  ports: readonly Ports[],
  routes: readonly string[],
): string {
  const { client, cluster, monitor } = ports[index]!
  const lines = [
    `server_name: n${index}`,
    `listen: 127.0.0.1:${client}`,
    `http: 127.0.0.1:${monitor}`,
    `jetstream { store_dir: "${join(folder, `store-${index}`)}" }`,
  ]
  if (ports.length > 1) {
    lines.push(
      `cluster { name: test, listen: 127.0.0.1:${cluster}, routes: [${routes.join(', ')}] }`,
    )
  }
  return `${lines.join('\n')}\n`
}

type StreamDetail = {
  readonly name: string
  readonly cluster?: {
    readonly leader?: string
    readonly replicas?: readonly { readonly current: boolean; readonly offline?: boolean }[]
  }
}

async function streamsOf(monitor: number): Promise<StreamDetail[] | undefined> {
  const about = await page(monitor, '/jsz?streams=true').catch(() => '{}')
  const { account_details } = JSON.parse(about) as {
    account_details?: { stream_detail?: StreamDetail[] }[]
  }
  return account_details?.flatMap(({ stream_detail }) => stream_detail ?? [])
}

async function answered(monitor: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const isThere = await page(monitor, '/varz').then(
      () => true,
      () => false,
    )
    if (isThere) return
    await new Promise((again) => setTimeout(again, 50))
  }
  throw new Error('nats-server did not answer')
}

function page(port: number, path: string): Promise<string> {
  return new Promise((done, refuse) => {
    get({ host: '127.0.0.1', port, path, timeout: 1000 }, (answer) => {
      let text = ''
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      answer.once('end', () => done(text))
    }).once('error', refuse)
  })
}

async function portsOf(count: number): Promise<Ports[]> {
  const free = await freePorts(3 * count)
  return Array.from({ length: count }, (_, index) => {
    const [client, cluster, monitor] = free.slice(3 * index, 3 * index + 3)
    return { client: client!, cluster: cluster!, monitor: monitor! }
  })
}
