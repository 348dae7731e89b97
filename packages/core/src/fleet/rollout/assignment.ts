import { sha256 } from '../../math/sha256.ts'
import type { Mode } from '../../night/governor/mode.ts'
import type { Cohort } from '../telemetry/birth.ts'
import type { DeviceId } from '../telemetry/device-id.ts'
import { partitionOf } from '../telemetry/partition.ts'
import { PARTITIONS } from '../telemetry/record.ts'

/** Somebody who may be assigned: a device and the stratum that it is balanced in. */
export type Candidate = { readonly device: DeviceId; readonly stratum: string }

/** The stratum of a sleeper: chronotype, age and what the consent allows, none of them fine. */
export function stratumOf({ chronotype, age }: Cohort, consent: Mode): string {
  return `${chronotype}/${age}/${consent}`
}

/**
 * The places of devices in a rollout, each in [0, 1): a ring with the share s holds those below s,
 * so that rings are nested and nobody is moved out of one. In every stratum of n devices the ring
 * has s x n of them, rounded up or down by lot; who they are is drawn by a seeded hash, the same
 * for everyone who computes it again. Each `partition` of a fleet gives its own devices their
 * places: partitions round up and down in turn, so that a ring of all of them together has its
 * share however few devices each has.
 */
export function assignPlaces(
  candidates: readonly Candidate[],
  seed: string,
  partition = 0,
): ReadonlyMap<DeviceId, number> {
  const strata = new Map<string, { device: DeviceId; lot: number }[]>()
  for (const { device, stratum } of candidates) {
    const others = strata.get(stratum) ?? []
    others.push({ device, lot: drawnPlace(device, seed) })
    strata.set(stratum, others)
  }
  const places = new Map<DeviceId, number>()
  for (const [stratum, drawn] of strata) {
    drawn.sort((a, b) => a.lot - b.lot || (a.device < b.device ? -1 : 1))
    const start = (drawnPlace(stratum, seed) + partition / PARTITIONS) % 1
    for (const [rank, { device }] of drawn.entries()) {
      const place = (rank + start) / drawn.length
      places.set(device, place)
    }
  }
  return places
}

/**
 * The places of the devices of a whole fleet, each given by its own partition: what the centre
 * gives them when a rollout begins.
 */
export function placesOfFleet(
  candidates: readonly Candidate[],
  seed: string,
): ReadonlyMap<DeviceId, number> {
  const partitions = new Map<number, Candidate[]>()
  for (const candidate of candidates) {
    const partition = partitionOf(candidate.device)
    const others = partitions.get(partition) ?? []
    others.push(candidate)
    partitions.set(partition, others)
  }
  const places = [...partitions].map(([partition, own]) => assignPlaces(own, seed, partition))
  return new Map(places.flatMap((each) => [...each]))
}

/**
 * The place, in [0, 1), of a device that came after the places were given, drawn for it alone: 52
 * bits of the SHA-256 of the seed and its name.
 */
export function drawnPlace(name: string, seed: string): number {
  const text = `${seed}\n${name}`
  const digest = sha256(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))
  return Number.parseInt(digest.slice(0, 13), 16) / 4503599627370496
}
