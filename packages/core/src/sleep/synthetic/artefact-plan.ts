import { between, chanceOf, logNormal, waiting } from './chance.ts'
import type { Gesture } from './gesture.ts'
import { SYNTHETIC_CHANNELS } from './montage.ts'
import type { ArtefactTruth } from './sleep-event.ts'

/** What electrodes do to a night. */
export type ElectrodePlan = {
  readonly artefacts: readonly ArtefactTruth[]
  readonly gestures: readonly Gesture[]
  /** Stretches in which a channel hangs loose and shows hum instead of the sleeper. */
  readonly losses: readonly ArtefactTruth[]
}

/** Mean hours between electrode pops, between sweaty stretches, and between losses of contact. */
const POP_EVERY_H = 0.9
const SWEAT_EVERY_H = 9
const LOSS_EVERY_H = 6

/** Places electrode pops, sweat (slow sway of one channel for minutes) and lost contacts. */
export function planElectrodes(seed: number, durationS: number): ElectrodePlan {
  const random = chanceOf(seed, 'artefact')
  const artefacts: ArtefactTruth[] = []
  const gestures: Gesture[] = []
  const losses: ArtefactTruth[] = []
  // Any lead but the ECG, which is last.
  const anyChannel = (): string =>
    SYNTHETIC_CHANNELS[random.integer(SYNTHETIC_CHANNELS.length - 1)]!
  const start = (everyH: number): number => waiting(random, everyH * 3600)
  for (let atS = start(POP_EVERY_H); atS < durationS - 5; atS += start(POP_EVERY_H)) {
    const channel = anyChannel()
    const a = between(random, 0.15, 0.6)
    const endS = atS + 5 * a
    const uv = (random.uniform() < 0.5 ? -1 : 1) * logNormal(random, 260, 0.4)
    const body = { topography: 'body', startS: atS, endS, atS, a, b: 0, channel } as const
    gestures.push({ ...body, shape: 'pop', uv })
    artefacts.push(artefact('electrode pop', atS, endS, channel))
  }
  for (let atS = start(SWEAT_EVERY_H); atS < durationS - 1500; atS += start(SWEAT_EVERY_H) + 1500) {
    const channel = anyChannel()
    const endS = atS + between(random, 300, 1200)
    for (const [uv, lowHz, highHz] of [
      [45, 0.08, 0.16],
      [25, 0.2, 0.35],
    ] as const) {
      const a = between(random, lowHz, highHz)
      const b = between(random, 0, 6)
      const form = { topography: 'body', startS: atS, endS, atS, uv, a, b, channel } as const
      gestures.push({ ...form, shape: 'sway' })
    }
    artefacts.push(artefact('sweat', atS, endS, channel))
  }
  for (
    let atS = start(LOSS_EVERY_H) + 600;
    atS < durationS - 300;
    atS += start(LOSS_EVERY_H) + 600
  ) {
    const loss = artefact('lost contact', atS, atS + between(random, 40, 200), anyChannel())
    losses.push(loss)
    artefacts.push(loss)
  }
  return { artefacts, gestures, losses }
}

function artefact(
  cause: ArtefactTruth['cause'],
  startS: number,
  endS: number,
  channel: string,
): ArtefactTruth {
  return { kind: 'artefact', cause, startS, durationS: endS - startS, channel }
}
