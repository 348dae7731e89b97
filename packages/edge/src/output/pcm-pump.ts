import type { Timer } from './timer.ts'

/** A sound to be mixed in: samples -1..1 from a frame of the stream on. */
type Scheduled = {
  readonly from: number
  readonly samples: Float32Array
  readonly name: string
}

/** Takes signed 16-bit mono frames; false when it is full and the frames were not wanted. */
export type FrameSink = (frames: Int16Array) => void

/** What a pump is made of. */
export type PumpOptions = {
  readonly rateHz: number
  /** Sound handed over before it is due, ms: what a stop cannot take back. */
  readonly leadMs: number
  readonly sink: FrameSink
  readonly timer: Timer
  /** The pump was late and the stream has slipped: what was measured of its delay is void. */
  readonly onSlip: (lateMs: number) => void
}

/** Between two hand-overs, ms. */
const BEAT_MS = 5
/** Most sounds that wait at one time: a train and its cue fit many times. */
const MOST_WAITING = 64

/**
 * An endless stream of silence with sounds at exact frames, handed over a few ms before each is
 * due. Silence flows between sounds, so that a player's delay stays the same all night. Frame 0 is
 * heard at `startedAtMs` of the timer, plus the player's measured delay.
 */
export class PcmPump {
  readonly #options: PumpOptions
  #startedAtMs = 0
  #written = 0
  #waiting: Scheduled[] = []
  #cancel: () => void = () => undefined

  constructor(options: PumpOptions) {
    this.#options = options
  }

  /** Timer's time of frame 0, ms. */
  get startedAtMs(): number {
    return this.#startedAtMs
  }

  /** Sounds that wait or are sounding. */
  get waiting(): number {
    return this.#waiting.length
  }

  start(): void {
    this.#startedAtMs = this.#options.timer.now()
    this.#written = 0
    this.#beat()
  }

  /**
   * Schedules a sound for a time of the timer, ms, to be handed to the player such that its first
   * frame is due then. False when that moment has already been handed over, or too many wait.
   */
  schedule(atMs: number, samples: Float32Array, name = ''): boolean {
    const from = Math.round(((atMs - this.#startedAtMs) * this.#options.rateHz) / 1000)
    if (from < this.#written || this.#waiting.length >= MOST_WAITING) return false
    this.#waiting.push({ from, samples, name })
    return true
  }

  /** Drops what is not yet handed over: of the sounds with these names, or everything. */
  mute(names?: readonly string[]): void {
    this.#waiting = names ? this.#waiting.filter(({ name }) => !names.includes(name)) : []
  }

  stop(): void {
    this.#cancel()
    this.#waiting = []
  }

  #beat(): void {
    const { rateHz, leadMs, sink, timer, onSlip } = this.#options
    const passed = timer.now() - this.#startedAtMs
    const due = Math.floor((passed * rateHz) / 1000)
    if (this.#written > 0 && due > this.#written) {
      onSlip(((due - this.#written) * 1000) / rateHz)
      this.#startedAtMs = timer.now()
      this.#written = 0
      this.#waiting = []
      this.#beat()
      return
    }
    const until = due + Math.round((leadMs * rateHz) / 1000)
    if (until > this.#written) {
      sink(this.#render(this.#written, until))
      this.#written = until
      this.#waiting = this.#waiting.filter(({ from, samples }) => from + samples.length > until)
    }
    this.#cancel = timer.after(BEAT_MS, () => this.#beat())
  }

  #render(from: number, to: number): Int16Array {
    const frames = new Int16Array(to - from)
    for (const sound of this.#waiting) {
      const first = Math.max(from, sound.from)
      const last = Math.min(to, sound.from + sound.samples.length)
      for (let frame = first; frame < last; frame++) {
        const sum = frames[frame - from]! + 32767 * sound.samples[frame - sound.from]!
        frames[frame - from] = Math.max(-32767, Math.min(32767, Math.round(sum)))
      }
    }
    return frames
  }
}
