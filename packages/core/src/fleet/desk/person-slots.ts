import { assert } from '../../math/assert.ts'
import {
  beginDriftNight,
  type DriftBank,
  driftBank,
  driftStep,
  putDrift,
  takeDrift,
} from '../anomaly/drift-bank.ts'
import {
  beginPersonModel,
  learnFrame,
  memoryOf,
  type PersonModel,
  residual,
} from '../anomaly/person-model.ts'
import { CHANNEL_NAMES, type ChannelName } from '../telemetry/channel.ts'

/**
 * Devices of a partition that are compared with their own sleeper, 23 kB each: all of a fleet of
 * ten thousand, and in a larger one a sample, which is what its detectors need.
 */
export const MOST_MODELLED = 64

/** Numbers that a person has a usual of; the others are the device's. */
const PERSONAL: readonly ChannelName[] = [
  ...(['heartRate', 'movement', 'deltaDb', 'sigmaDb', 'remDensity', 'arousals'] as const),
  'vividness',
]
const IS_PERSONAL = CHANNEL_NAMES.map((name) => PERSONAL.includes(name))

/** The models of a partition: slots, of which each belongs to one device at most. */
export type PersonSlots = {
  readonly bank: DriftBank
  readonly free: number[]
  /** What earlier nights were like, and what is learnt tonight; null where there is nothing. */
  readonly usual: (PersonModel | null)[]
  readonly tonight: (PersonModel | null)[]
  /** How alike one frame's residuals are to the last one's, by slot and number. */
  readonly memories: Float64Array
}

/** Slots for `most` devices, all of them free. */
export function beginSlots(most: number): PersonSlots {
  assert(Number.isSafeInteger(most) && most >= 0, `${most} slots`)
  return {
    bank: driftBank(Math.max(1, most)),
    free: Array.from({ length: most }, (_, k) => most - 1 - k),
    usual: Array.from({ length: most }, () => null),
    tonight: Array.from({ length: most }, () => null),
    memories: new Float64Array(most * CHANNEL_NAMES.length),
  }
}

/** A slot for a device that has none; -1 when all are taken. */
export function takeSlot({ free }: PersonSlots): number {
  return free.pop() ?? -1
}

/** Frees a slot and forgets the person. */
export function freeSlot(slots: PersonSlots, slot: number): void {
  if (slot < 0) return
  slots.usual[slot] = null
  slots.tonight[slot] = null
  beginDriftNight(slots.bank, slot)
  slots.memories.fill(0, slot * CHANNEL_NAMES.length, (slot + 1) * CHANNEL_NAMES.length)
  slots.free.push(slot)
}

/** All that is kept of one person, apart from the others. */
export type PersonPart = {
  readonly usual: PersonModel | null
  readonly tonight: PersonModel | null
  readonly drift: DriftBank
  readonly memories: Float64Array
}

/** What a slot holds. */
export function personOf(slots: PersonSlots, slot: number): PersonPart {
  const [usual, tonight] = [slots.usual[slot]!, slots.tonight[slot]!]
  const [from, to] = [slot * CHANNEL_NAMES.length, (slot + 1) * CHANNEL_NAMES.length]
  const memories = slots.memories.slice(from, to)
  return { usual, tonight, drift: takeDrift(slots.bank, slot), memories }
}

/** Puts what {@link personOf} gave into a slot that is taken. */
export function putPerson(slots: PersonSlots, slot: number, person: PersonPart): void {
  slots.usual[slot] = person.usual
  slots.tonight[slot] = person.tonight
  putDrift(slots.bank, slot, person.drift)
  slots.memories.set(person.memories, slot * CHANNEL_NAMES.length)
}

/** As many slots, as free or taken, with nobody in them. */
export function emptySlots({ bank, free, usual }: PersonSlots): PersonSlots {
  const empty = beginSlots(usual.length)
  return { ...empty, bank: { ...empty.bank, bounds: bank.bounds }, free: [...free] }
}

/** A night begins: what is learnt goes on from the nights before, which stay what they are. */
export function beginSlotNight(slots: PersonSlots, slot: number): void {
  beginDriftNight(slots.bank, slot)
  const usual = slots.usual[slot]!
  slots.tonight[slot] = usual === null ? beginPersonModel() : copyOf(usual)
  for (let c = 0; c < CHANNEL_NAMES.length; c++) {
    const memory = usual === null ? 0 : memoryOf(usual, c)
    slots.memories[slot * CHANNEL_NAMES.length + c] = memory
  }
}

/** A night ends; what was learnt counts from now on, unless the night was odd. */
export function endSlotNight(slots: PersonSlots, slot: number, isOrdinary: boolean): void {
  if (isOrdinary && slots.tonight[slot] !== null) slots.usual[slot] = slots.tonight[slot]!
  slots.tonight[slot] = null
}

/**
 * A frame of a sleeping person: writes the residuals against the nights before, NaN where nothing
 * is usual yet, and learns it. Returns the number that departed, or -1. Rule F51 of SPEC.md.
 */
export function seePerson(
  slots: PersonSlots,
  slot: number,
  { stage, sinceOnsetS, values }: PersonFrame,
  residuals: Float64Array,
): number {
  const usual = slots.usual[slot]!
  const tonight = slots.tonight[slot]!
  if (tonight !== null) learnFrame(tonight, stage, sinceOnsetS, values)
  if (usual === null) return -1
  for (let c = 0; c < residuals.length; c++) {
    if (IS_PERSONAL[c]!) residuals[c] = residual(usual, stage, sinceOnsetS, c, values[c]!)
  }
  const from = slot * residuals.length
  return driftStep(
    slots.bank,
    slot,
    residuals,
    slots.memories.subarray(from, from + residuals.length),
  )
}

/** A frame in its units, NaN where missing; its stage, 1 to 4, and time since sleep onset, s. */
export type PersonFrame = {
  readonly stage: number
  readonly sinceOnsetS: number
  readonly values: Float64Array
}

function copyOf(model: PersonModel): PersonModel {
  const { n, mean, squares, hourN, hourMean, product, power, last } = model
  return {
    ...{ n: n.slice(), mean: mean.slice(), squares: squares.slice() },
    ...{ hourN: hourN.slice(), hourMean: hourMean.slice() },
    ...{ product: product.slice(), power: power.slice(), last: last.slice() },
  }
}
