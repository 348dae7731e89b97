import { spawn } from 'node:child_process'
import { PcmPump } from './pcm-pump.ts'
import { SOUND_RATE_HZ, type SoundProgram, startPlayer } from './system-player.ts'
import type { Timer } from './timer.ts'

/** How late a sound is heard after it was due, and how steadily. */
export type SoundLatency = {
  readonly meanMs: number
  readonly sdMs: number
  /** Test sounds that the microphone heard. */
  readonly heard: number
}

/** Test sounds and the time between them, ms: not a multiple of any buffer. */
const SOUNDS = 12
const EVERY_MS = 337
const LEAD_MS = 40
/** Silence before the first: players fill their buffers. */
const SETTLE_MS = 1000
/** Longest delay that is looked for, ms; a Bluetooth speaker's is 100-300. */
const LONGEST_MS = 330
/** How much louder than the quiet before it a sound must be. */
const OVER_QUIET = 6
/** Fewer heard than this say nothing. */
const FEWEST = 8

/**
 * Measures the delay from due to heard with a microphone near the ear: twelve short tones, each
 * found in the recording by its first rise. The recorder's own delay is in the figure, so it is an
 * upper bound of the player's by the length of one recording buffer; its spread is what matters for
 * phase. Undefined when too few tones were heard. Level: a tenth of full scale.
 */
export async function measureSoundLatency(
  player: SoundProgram,
  recorder: SoundProgram,
  timer: Timer,
): Promise<SoundLatency | undefined> {
  const microphone = spawn(recorder.command, recorder.args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const pieces: RecordedPiece[] = []
  microphone.stdout.on('data', (chunk: Buffer) => {
    const whole = chunk.length - (chunk.length % 2)
    const bytes = Uint8Array.prototype.slice.call(chunk, 0, whole)
    pieces.push({ endMs: timer.now(), frames: new Int16Array(bytes.buffer) })
  })
  microphone.once('error', () => undefined) // then nothing is heard
  const running = startPlayer(player)
  const pump = new PcmPump({
    rateHz: SOUND_RATE_HZ,
    leadMs: LEAD_MS,
    sink: (frames) => running.write(frames),
    timer,
    onSlip: () => undefined,
  })
  pump.start()
  const due: number[] = []
  for (let k = 0; k < SOUNDS; k++) {
    const at = pump.startedAtMs + SETTLE_MS + k * EVERY_MS
    if (pump.schedule(at, testTone())) due.push(at)
  }
  const lengthMs = SETTLE_MS + SOUNDS * EVERY_MS + LONGEST_MS
  await new Promise<void>((done) => timer.after(lengthMs, done))
  pump.stop()
  running.close()
  microphone.kill()
  return recordedLatency(pieces, due)
}

/** A piece of a recording, and the timer's time at which it had arrived, ms. */
export type RecordedPiece = { readonly endMs: number; readonly frames: Int16Array }

/**
 * How late tones were heard that were due at these times of the timer, ms. Pieces in order, signed
 * 16 bit at 48 kHz. Undefined when fewer than eight were heard within 330 ms.
 */
export function recordedLatency(
  pieces: readonly RecordedPiece[],
  due: readonly number[],
): SoundLatency | undefined {
  return latencyOf(recordedLevels(pieces), due)
}

/** 4 ms of 2 kHz, a tenth of full scale. */
function testTone(): Float32Array {
  const length = Math.round(0.004 * SOUND_RATE_HZ)
  return Float32Array.from(
    { length },
    (_, i) => 0.1 * Math.sin((2 * Math.PI * 2000 * i) / SOUND_RATE_HZ),
  )
}

/** Loudest sample of each millisecond, by the timer's time of its end. */
function recordedLevels(pieces: readonly { endMs: number; frames: Int16Array }[]): {
  startMs: number
  levels: Float64Array
} {
  const perMs = SOUND_RATE_HZ / 1000
  const total = pieces.reduce((sum, { frames }) => sum + frames.length, 0)
  const levels = new Float64Array(Math.floor(total / perMs))
  // The earliest start that any piece allows: arrival is late by scheduling, never early.
  let startMs = Number.POSITIVE_INFINITY
  let before = 0
  for (const { endMs, frames } of pieces) {
    for (let k = 0; k < frames.length; k++) {
      const bin = Math.floor((before + k) / perMs)
      if (bin < levels.length) levels[bin] = Math.max(levels[bin]!, Math.abs(frames[k]!))
    }
    before += frames.length
    startMs = Math.min(startMs, endMs - before / perMs)
  }
  return { startMs, levels }
}

function latencyOf(
  { startMs, levels }: { startMs: number; levels: Float64Array },
  due: readonly number[],
): SoundLatency | undefined {
  const delays: number[] = []
  for (const at of due) {
    const first = Math.ceil(at - startMs)
    const quiet = Math.max(30, ...levels.subarray(Math.max(0, first - 20), Math.max(0, first)))
    for (let k = 0; k < LONGEST_MS; k++) {
      if ((levels[first + k] ?? 0) < OVER_QUIET * quiet) continue
      delays.push(startMs + first + k - at)
      break
    }
  }
  if (delays.length < FEWEST) return undefined
  const meanMs = delays.reduce((sum, delay) => sum + delay, 0) / delays.length
  const squares = delays.reduce((sum, delay) => sum + (delay - meanMs) * (delay - meanMs), 0)
  return { meanMs, sdMs: Math.sqrt(squares / (delays.length - 1)), heard: delays.length }
}
