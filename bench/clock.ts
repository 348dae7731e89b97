import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type BatchName, pacemakerBatch } from '@nocturne/core/clock'
import { benchGuidance } from './clock-guidance.ts'
import { DAYS, DT_H, ownLight, SAMPLES } from './clock-light.ts'
import { runPython } from './measure.ts'

const RUNS = 25
const PEOPLE = 40
const WORKERS = 2
const MILLION = 1_000_000
const PEER = fileURLToPath(new URL('./peers/circadian_models.py', import.meta.url))
/** A worker does not inherit the loader of TypeScript. */
const BOOT = `import('tsx/esm/api').then(({ register }) => {
  register()
  return import(${JSON.stringify(new URL('./clock-worker.ts', import.meta.url).href)})
})`
const MODELS: readonly BatchName[] = ['jewett99', 'forger99', 'hannay19']

/** Person-days per CPU-second of Arcascope's package, by model. */
type PeerRun = { readonly version: string } & {
  readonly [model in BatchName]: { readonly one: number; readonly sharedThousand: number }
}

/**
 * Person-days per CPU-second of the clock models in a batch in which everybody has own light,
 * beside Arcascope's `circadian` (one person, and a thousand people who share one light: own light
 * is not possible there) on the same machine in the same run; and a million person-days on two
 * workers.
 */
export async function benchClock(): Promise<void> {
  console.log(`## clock: ${DAYS} days in steps of ${DT_H} h\n`)
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}\n`)
  const peer = peerRun()
  console.log(
    '| own light per person | person-days per CPU-s (fastest run) | beside circadian, one |',
  )
  console.log('|---|---|---|')
  for (const model of MODELS) {
    for (const every of [true, false]) {
      const rate = batchRate(model, every)
      const beside = peer ? `${(rate / peer[model].one).toFixed(0)} x` : 'not here'
      const light = every ? 'light new every sample' : 'square light'
      console.log(`| ${model}, ${light} | ${Math.round(rate)} | ${beside} |`)
    }
  }
  if (peer) tellPeer(peer)
  else console.log('| circadian | not here: set NOCTURNE_PYTHON_CIRCADIAN | |')
  await million()
  benchGuidance()
}

/** The fastest of some runs on one thread, after one to warm up; the light is made beforehand. */
function batchRate(model: BatchName, every: boolean): number {
  const lux = ownLight(PEOPLE, 7, every)
  const seconds: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const batch = pacemakerBatch(model, { people: PEOPLE, dtH: DT_H })
    const before = process.cpuUsage()
    batch.advance(lux, SAMPLES)
    for (let person = 0; person < PEOPLE; person++) batch.cbtminH(person)
    const { user, system } = process.cpuUsage(before)
    if (run > 0) seconds.push((user + system) / 1e6)
  }
  return (PEOPLE * DAYS) / Math.min(...seconds)
}

function peerRun(): PeerRun | undefined {
  const python = process.env.NOCTURNE_PYTHON_CIRCADIAN
  return python ? runPython<PeerRun>([PEER, String(DAYS)], python) : undefined
}

function tellPeer(peer: PeerRun): void {
  for (const model of MODELS) {
    const { one, sharedThousand } = peer[model]
    console.log(`| circadian ${peer.version} ${model}, one person | ${one.toFixed(0)} | 1 x |`)
    const ratio = (sharedThousand / one).toFixed(0)
    const rate = sharedThousand.toFixed(0)
    console.log(`| circadian ${model}, 1,000 people with one light | ${rate} | ${ratio} x |`)
  }
}

/** A million person-days of Jewett99, own light made on the way, start of the workers included. */
async function million(): Promise<void> {
  const people = Math.ceil(MILLION / DAYS / WORKERS)
  const started = performance.now()
  const before = process.cpuUsage()
  const shares = await Promise.all(
    Array.from({ length: WORKERS }, (_, k) => share(people, 1 + k * people)),
  )
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(before)
  const cpuS = ((user + system) / 1e6).toFixed(1)
  const days = shares.reduce((sum, { personDays }) => sum + personDays, 0)
  console.log(
    `\n${days.toLocaleString('en')} person-days of Jewett99, own light, ${WORKERS} workers:`,
  )
  console.log(`${seconds.toFixed(1)} s from start to last answer, ${cpuS} CPU-s.`)
}

function share(people: number, seed: number): Promise<{ personDays: number }> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(BOOT, {
      eval: true,
      workerData: { people, seed },
      execArgv: ['--conditions=nocturne:src'],
    })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}
