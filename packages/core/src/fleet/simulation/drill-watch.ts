import type { SimFleet } from './sim-fleet.ts'

/** The fleet at a moment; counts of devices. */
export type DrillSample = {
  /** True time, s. */
  readonly atS: number
  readonly natural: number
  readonly guidance: number
  readonly control: number
  /** Connections that stand at the centre; 0 while it is down. */
  readonly connected: number
  /** The highest epoch of the centre. */
  readonly epoch: number
}

/** Something that happened in a drill. */
export type DrillMoment = {
  readonly atS: number
  readonly what: DrillWhat
  readonly words: string
}

/** The kinds of moments, in the order of the story. */
export type DrillWhat =
  | 'evening'
  | 'bad'
  | 'stopped'
  | 'incident'
  | 'pulled'
  | 'all-natural'
  | 'centre-dead'
  | 'centre-back'
  | 'all-back'
  | 'refused'
  | 'lifted'
  | 'guidance'
  | 'consent'
  | 'next-night'

/** Counts the fleet by mode. */
export function countModes({
  devices,
}: SimFleet): Pick<DrillSample, 'natural' | 'guidance' | 'control'> {
  const counts = { natural: 0, guidance: 0, control: 0 }
  for (const { mode } of devices) counts[mode]++
  return counts
}

/** Looks at a fleet every so often, and writes down what happens. */
export class DrillWatch {
  readonly samples: DrillSample[] = []
  readonly moments: DrillMoment[] = []
  readonly #fleet: SimFleet

  constructor(fleet: SimFleet, everyMs: number) {
    this.#fleet = fleet
    this.#sample(everyMs)
  }

  /** True time, s. */
  get nowS(): number {
    return this.#fleet.nowMs / 1000
  }

  note(what: DrillWhat, words: string): void {
    this.moments.push({ atS: this.nowS, what, words })
  }

  /** When something first happened, s; undefined when it did not. */
  atS(what: DrillWhat): number | undefined {
    return this.moments.find((moment) => moment.what === what)?.atS
  }

  #sample(everyMs: number): void {
    const { sky, centre, witness } = this.#fleet
    const counts = countModes(this.#fleet)
    const connected = centre.isUp ? centre.connected : 0
    this.samples.push({ atS: this.nowS, ...counts, connected, epoch: witness.epoch })
    sky.queue.after(everyMs, () => this.#sample(everyMs))
  }
}
