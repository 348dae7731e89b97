import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type DeviceKey, newDeviceKey } from '../packages/edge/src/uplink/device-key.ts'
import { bundled } from './bundled.ts'
import { flood, loadByRate, loadByWindow, openDevices, pause } from './gate-load.ts'

const DEVICES = 1000
const SECONDS = 6
/** 150,000 devices with a frame each 30 s. */
const REAL_PER_S = 5000
const FLOODERS = 200
const MOST_IDLE = 15_000

/** A broker that runs: where, as which process, and how it ends. */
type Broker = {
  readonly name: string
  readonly port: number
  readonly pid: number
  /** Longest time that its event loop was held up since the last call, ms; NaN when not known. */
  loopMs(): Promise<number>
  end(): void
}

/**
 * The front door over its log on disk, beside mosquitto and the MQTT of nats-server where they are
 * installed (targets F1, F2, F5): the same clients, one load after the other. Ours acknowledges
 * what is on disk; the other two acknowledge before.
 */
export async function benchGate(): Promise<void> {
  const key = await newDeviceKey()
  const starts = [() => ours(key, 1e9), () => mosquitto(), () => nats()]
  console.log('| server | load | acked/s | p50 ms | p99 ms | CPU us a frame | loop ms |')
  console.log('|---|---|---|---|---|---|---|')
  for (const start of starts) {
    const broker = await start()
    if (broker === undefined) continue
    await benchLoads(broker, key)
  }
  for (const start of [() => ours(key, 0), () => mosquitto(), () => nats()]) {
    const broker = await start()
    if (broker === undefined) continue
    await benchRealAndFlood(broker, key)
  }
  console.log('\n| server | idle connections | RSS a connection, kB |\n|---|---|---|')
  for (const start of starts) {
    const broker = await start()
    if (broker === undefined) continue
    await benchIdle(broker, key)
  }
}

async function benchLoads(broker: Broker, key: DeviceKey): Promise<void> {
  const devices = await openDevices(DEVICES, broker.port, key)
  for (const window of [64, 1]) {
    await pause(1000)
    await broker.loopMs()
    const cpuS = cpuOf(broker.pid)
    const { frames, ackedPerS, p50Ms, p99Ms } = await loadByWindow(devices, window, SECONDS)
    const us = ((cpuOf(broker.pid) - cpuS) / frames) * 1e6
    const load = `${DEVICES} devices, window ${window}`
    row(broker, load, [ackedPerS, p50Ms, p99Ms, us, await broker.loopMs()])
    await pause(2000)
  }
  for (const { socket } of devices) socket.destroy()
  broker.end()
}

async function benchRealAndFlood(broker: Broker, key: DeviceKey): Promise<void> {
  const devices = await openDevices(DEVICES, broker.port, key)
  await broker.loopMs()
  const quiet = await loadByRate(devices, REAL_PER_S, SECONDS)
  const load = `${REAL_PER_S} frames/s`
  const none = Number.NaN
  row(broker, load, [quiet.ackedPerS, quiet.p50Ms, quiet.p99Ms, none, await broker.loopMs()])
  const floods = await openDevices(FLOODERS, broker.port, key, { qos: 0, from: 900_000 })
  const end = flood(floods)
  const during = await loadByRate(devices, REAL_PER_S, SECONDS)
  const loopMs = await broker.loopMs()
  end()
  const flooded = `${load} under a flood of ${FLOODERS}`
  row(broker, flooded, [during.ackedPerS, during.p50Ms, during.p99Ms, none, loopMs])
  for (const { socket } of devices) socket.destroy()
  broker.end()
}

async function benchIdle(broker: Broker, key: DeviceKey): Promise<void> {
  await pause(1000)
  await broker.loopMs()
  const before = rssKbOf(broker.pid)
  const devices = await openDevices(MOST_IDLE, broker.port, key).catch(() => undefined)
  if (devices === undefined) console.log(`| ${broker.name} | refused before ${MOST_IDLE} | |`)
  else {
    await pause(3000)
    await broker.loopMs()
    await pause(500)
    const each = (rssKbOf(broker.pid) - before) / devices.length
    console.log(`| ${broker.name} | ${devices.length} | ${each.toFixed(1)} |`)
    for (const { socket } of devices) socket.destroy()
  }
  broker.end()
  await pause(1000)
}

function row(broker: Broker, load: string, figures: readonly number[]): void {
  const [perS, ...rest] = figures
  const told = rest.map((figure) => (Number.isNaN(figure) ? '' : figure.toFixed(1)))
  console.log(`| ${broker.name} | ${load} | ${Math.round(perS ?? 0)} | ${told.join(' | ')} |`)
}

async function ours(key: DeviceKey, bytesPerS: number): Promise<Broker> {
  const program = await bundled('gate-server.ts')
  const args = ['--expose-gc', program, key.publicKey, String(bytesPerS)]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<{ readonly port: number; readonly loopMs: number }> =>
    JSON.parse(String((await lines.next()).value))
  const { port } = await next()
  return {
    ...{ name: 'nocturne', port, pid: child.pid! },
    loopMs: async () => {
      child.stdin.write('\n')
      return (await next()).loopMs
    },
    end: () => child.kill(),
  }
}

function mosquitto(): Promise<Broker | undefined> {
  const port = 18_831
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'max_connections -1']
  return peer('mosquitto', ['-c'], `${lines.join('\n')}\n`, port)
}

function nats(): Promise<Broker | undefined> {
  const port = 18_832
  const store = mkdtempSync(join(tmpdir(), 'nocturne-bench-nats-'))
  const mqtt = `mqtt { listen: "127.0.0.1:${port}" }`
  const text = `listen: "127.0.0.1:18833"\nserver_name: bench\njetstream { store_dir: "${store}" }\n${mqtt}\n`
  return peer('nats-server', ['-c'], text, port, store)
}

/** Starts a peer with a file of settings; undefined where it is not installed. */
async function peer(
  name: string,
  args: readonly string[],
  settings: string,
  port: number,
  store?: string,
): Promise<Broker | undefined> {
  const path = [process.env.PATH, '/usr/sbin'].join(':')
  const env = { ...process.env, PATH: path }
  if (spawnSync(name, ['--help'], { env }).error !== undefined) {
    console.error(`${name}: not installed, left out`)
    return undefined
  }
  const folder = mkdtempSync(join(tmpdir(), 'nocturne-bench-'))
  const file = join(folder, 'settings')
  writeFileSync(file, settings)
  const child = spawn(name, [...args, file], { env, stdio: 'ignore' })
  await answers(port, child)
  return {
    ...{ name, port, pid: child.pid! },
    loopMs: async () => Number.NaN,
    end: () => {
      child.kill()
      for (const each of [folder, store]) if (each) rmSync(each, { recursive: true, force: true })
    },
  }
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = connect({ port, host: '127.0.0.1' })
    const isThere = await new Promise<boolean>((done) => {
      socket.once('connect', () => done(true))
      socket.once('error', () => done(false))
    })
    socket.destroy()
    if (isThere) return
    if (child.exitCode !== null) break
    await pause(100)
  }
  throw new Error(`${child.spawnfile}: nobody answers on port ${port}`)
}

/** CPU time of a process, s. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Resident memory of a process, kB. */
function rssKbOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}
