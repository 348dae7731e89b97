import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describeProblem, type Result, seededRandom } from '@nocturne/core/math'
import { sampleClock } from '@nocturne/core/signal'
import {
  findStreams,
  fullInfo,
  type LslSamples,
  lslClockS,
  openInlet,
  openOutlet,
} from '@nocturne/edge'
import { middle } from './measure.ts'

const PEER = fileURLToPath(new URL('./peers/lsl.py', import.meta.url))
const CHANNELS = 32
/** Within what a sender keeps for an inlet: 360 s at 1000 Hz. */
const FAST = 300_000
const SLOW = 2000

/**
 * Streams of a laboratory: how much an inlet takes and how late its samples are, beside liblsl's
 * own, over this machine's network; and how well the clock of a device is known.
 */
export async function benchStreams(): Promise<void> {
  const python = process.env.NOCTURNE_PYTHON_LSL
  console.log('| from | to | samples/s of 32 channels | MB/s | delay, median ms | p99 ms |')
  console.log('|---|---|---|---|---|---|')
  if (python) {
    row('liblsl', 'nocturne', await taken(python, 'fast'), await taken(python, 'slow'))
    row('liblsl', 'liblsl', await peers(python, 'fast'), await peers(python, 'slow'))
  } else console.log('| liblsl | not here: set NOCTURNE_PYTHON_LSL | | | | |')
  row('nocturne', 'nocturne', await ours('fast'), await ours('slow'))
  console.log('\n| jitter | heard for | rate known to, ppm: worst of 20 | first time + index |')
  console.log('|---|---|---|---|')
  for (const seconds of [60, 600, 3600]) benchClock(30, seconds)
}

type Speed = 'fast' | 'slow'
type Feed = { readonly seconds: number; readonly samples: number; readonly delays: number[] }

function row(from: string, to: string, fast: Feed, slow: Feed): void {
  const rate = fast.samples / fast.seconds
  const sorted = [...slow.delays].sort((a, b) => a - b).map((s) => s * 1000)
  const p99 = sorted[Math.floor(0.99 * sorted.length)] ?? Number.NaN
  const mb = (rate * CHANNELS * 4) / 1e6
  const cells = [Math.round(rate), mb.toFixed(0), middle(sorted).toFixed(2), p99.toFixed(2)]
  console.log(`| ${from} | ${to} | ${cells.join(' | ')} |`)
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeProblem(result.problem))
  return result.value
}

/** Receives a stream by name with our inlet. */
async function received(name: string, count: number): Promise<Feed> {
  const [found] = await findStreams(`name='${name}'`)
  const info = must(await fullInfo(found!))
  const delays: number[] = []
  let [samples, firstS] = [0, 0]
  return new Promise((done) => {
    const onSamples = ({ timestampsS }: LslSamples): void => {
      const nowS = lslClockS()
      firstS ||= nowS
      samples += timestampsS.length
      delays.push(nowS - timestampsS.at(-1)!)
      if (samples >= count) done({ seconds: nowS - firstS, samples, delays })
    }
    void openInlet(info, { onSamples, onEnd: () => undefined }).then((inlet) => must(inlet))
  })
}

function peer(python: string, args: readonly string[]) {
  const child = spawn(python, [PEER, ...args], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    line: async (): Promise<string> => String((await lines.next()).value),
    end: () => child.kill(),
  }
}

function counted(speed: Speed): number {
  return speed === 'fast' ? FAST : SLOW
}

async function taken(python: string, speed: Speed): Promise<Feed> {
  const name = `bench-${speed}-${process.pid}`
  const offer = peer(python, ['offer', name, speed, String(counted(speed))])
  await offer.line()
  const feed = await received(name, counted(speed))
  offer.end()
  return feed
}

async function peers(python: string, speed: Speed): Promise<Feed> {
  const name = `bench-peers-${speed}-${process.pid}`
  const offer = peer(python, ['offer', name, speed, String(counted(speed))])
  await offer.line()
  const receive = peer(python, ['receive', name, speed, String(counted(speed))])
  const feed = JSON.parse(await receive.line())
  offer.end()
  return feed
}

async function ours(speed: Speed): Promise<Feed> {
  const name = `bench-ours-${speed}-${process.pid}`
  const stream = { name, type: 'EEG', channelCount: CHANNELS, rateHz: 1000, sourceId: name }
  const outlet = must(await openOutlet({ ...stream, format: 'float32', description: [] }))
  const feed = received(name, counted(speed))
  while (outlet.consumers() === 0) await new Promise((go) => setTimeout(go, 5))
  if (speed === 'fast') {
    const columns = Array.from({ length: CHANNELS }, () => new Float32Array(500).fill(1))
    for (let sent = 0; sent < FAST; sent += 500) {
      outlet.pushColumns(columns)
      await new Promise((go) => setImmediate(go))
    }
  } else {
    const sample = Array.from({ length: CHANNELS }, () => 1)
    for (let sent = 0; sent < SLOW; sent++) {
      outlet.push(sample)
      await new Promise((go) => setTimeout(go, 4))
    }
  }
  const result = await feed
  await outlet.close()
  return result
}

/** A device 50 ppm fast, its packets of 12 samples late by an exponential delay, with stalls. */
function benchClock(jitterMs: number, seconds: number): void {
  const hz = 256 * 1.00005
  let worst = 0
  for (let seed = 1; seed <= 20; seed++) {
    const clock = sampleClock(256)
    const random = seededRandom(seed)
    let atMs = 0
    for (let index = 12; index < seconds * 256; index += 12) {
      const stall = random.uniform() < 0.002 ? 800 * random.uniform() : 0
      const late = 8 - jitterMs * Math.log(1 - random.uniform()) + stall
      atMs = Math.max(atMs, (index * 1000) / hz + late)
      clock.observe(index, Math.floor(atMs))
    }
    worst = Math.max(worst, Math.abs(clock.estimate()!.rateHz / hz - 1))
  }
  // Who dates the first packet and counts at the nominal rate is off by the drift.
  const naiveMs = seconds * 1000 * 50e-6
  const known = (worst * 1e6).toFixed(2)
  console.log(`| ${jitterMs} ms | ${seconds} s | ${known} | ${naiveMs.toFixed(0)} ms off |`)
}
