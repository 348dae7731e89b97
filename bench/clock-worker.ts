import { parentPort, workerData } from 'node:worker_threads'
import { pacemakerBatch } from '@nocturne/core/clock'
import { DAYS, DT_H, ownLight, SAMPLES } from './clock-light.ts'

/** People a block holds: small enough that their light stays in the cache. */
const BLOCK = 16

/** Runs its share of people through a month of own light; answers with a sum over all of them. */
const { people, seed } = workerData as { people: number; seed: number }
let phaseSum = 0
let markers = 0
for (let from = 0; from < people; from += BLOCK) {
  const count = Math.min(BLOCK, people - from)
  const lux = ownLight(count, seed + from)
  const batch = pacemakerBatch('jewett99', { people: count, dtH: DT_H })
  batch.advance(lux, SAMPLES)
  for (let person = 0; person < count; person++) {
    const cbtminH = batch.cbtminH(person)
    markers += cbtminH.length
    phaseSum += cbtminH.at(-1) ?? 0
  }
}
parentPort?.postMessage({ personDays: people * DAYS, markers, phaseSum })
