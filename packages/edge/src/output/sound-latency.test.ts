import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PcmPump } from './pcm-pump.ts'
import { measureSoundLatency, type RecordedPiece, recordedLatency } from './sound-latency.ts'
import { type SoundProgram, startPlayer } from './system-player.ts'
import { nodeTimer, type Timer } from './timer.ts'

/** A clock that a test winds by hand. */
function handTimer(): Timer & { wind(ms: number): void; jump(ms: number): void } {
  let now = 0
  let alarms: { at: number; run: () => void }[] = []
  return {
    now: () => now,
    after: (ms, run) => {
      const alarm = { at: now + ms, run }
      alarms.push(alarm)
      return () => {
        alarms = alarms.filter((each) => each !== alarm)
      }
    },
    jump: (ms) => {
      now += ms
    },
    wind: (ms) => {
      const end = now + ms
      for (;;) {
        const next = alarms.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (next === undefined) break
        alarms = alarms.filter((each) => each !== next)
        now = Math.max(now, next.at)
        next.run()
      }
      now = end
    },
  }
}

function pumped(): {
  pump: PcmPump
  timer: ReturnType<typeof handTimer>
  out: number[]
  slips: number[]
} {
  const timer = handTimer()
  const out: number[] = []
  const slips: number[] = []
  const pump = new PcmPump({
    rateHz: 1000,
    leadMs: 20,
    sink: (frames) => out.push(...frames),
    timer,
    onSlip: (lateMs) => slips.push(lateMs),
  })
  return { pump, timer, out, slips }
}

describe('the stream of sound', () => {
  it('puts a sound at its frame, whatever the beats, and is silent elsewhere', () => {
    const { pump, timer, out } = pumped()
    pump.start()
    expect(pump.schedule(103, Float32Array.of(0.5, -0.5, 0.25))).toBe(true)
    timer.wind(200)
    expect(out.slice(103, 106)).toEqual([16384, -16383, 8192])
    expect(out.filter((frame) => frame !== 0).length).toBe(3)
    expect(pump.waiting).toBe(0)
  })

  it('is silent 20 ms after a stop, in the middle of a sound', () => {
    const { pump, timer, out } = pumped()
    pump.start()
    pump.schedule(50, new Float32Array(500).fill(0.5))
    timer.wind(100)
    pump.mute()
    timer.wind(400)
    const last = out.findLastIndex((frame) => frame !== 0)
    expect(last).toBeGreaterThan(100)
    expect(last).toBeLessThan(121)
  })

  it('refuses a moment that is already handed over', () => {
    const { pump, timer } = pumped()
    pump.start()
    timer.wind(100)
    expect(pump.schedule(110, Float32Array.of(1))).toBe(false)
  })

  it('says so when it was late, and forgets what waited', () => {
    const { pump, timer, slips } = pumped()
    pump.start()
    timer.wind(100)
    pump.schedule(300, Float32Array.of(1))
    timer.jump(150)
    timer.wind(50)
    expect(slips.length).toBe(1)
    expect(slips[0]).toBeGreaterThan(100)
    expect(pump.waiting).toBe(0)
  })
})

describe('the delay of a loudspeaker', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nocturne-sound-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is found in a recording to a millisecond, with its spread; too few tones say nothing (N38)', () => {
    const due = Array.from({ length: 12 }, (_, k) => 1000 + 337 * k)
    const late = due.map((_, k) => 90 + (k % 3))
    const steady = recordedLatency(recordingOf(due, late), due)
    expect(steady?.heard).toBe(12)
    expect(Math.abs((steady?.meanMs ?? 0) - 91)).toBeLessThanOrEqual(1.5)
    expect(steady?.sdMs).toBeLessThan(1.5)
    const shaky = recordedLatency(
      recordingOf(
        due,
        due.map((_, k) => 60 + 20 * (k % 4)),
      ),
      due,
    )
    expect(shaky?.sdMs).toBeGreaterThan(20)
    expect(recordedLatency(recordingOf(due.slice(0, 7), late), due)).toBeUndefined()
  })

  // Real processes in real time: a machine that is busy elsewhere gets another try.
  it('is measured with a microphone: 90 ms through a loop of 90 ms', { retry: 10 }, async () => {
    const { player, recorder } = airOf(folder, 90)
    const latency = await measureSoundLatency(player, recorder, nodeTimer)
    expect(latency?.heard).toBeGreaterThanOrEqual(8)
    // What the pump hands over early comes off, what a busy machine adds goes on.
    expect(latency?.meanMs).toBeGreaterThan(40)
    expect(latency?.meanMs).toBeLessThan(200)
  })

  it('is unknown when the microphone hears nothing', async () => {
    const { player } = airOf(folder, 0)
    const deaf = { command: process.execPath, args: ['-e', 'setTimeout(() => {}, 60000)'] }
    expect(await measureSoundLatency(player, deaf, nodeTimer)).toBeUndefined()
  })

  it('says why a player that is not there is silent', async () => {
    const running = startPlayer({ command: 'no-such-player', args: [] })
    const text = await new Promise<string>((done) => running.onEnd(done))
    expect(text).toMatch(/no-such-player/)
  })
})

/**
 * Two programs joined by air: what the player gets, the recorder gives so much later, in real time.
 */
function airOf(folder: string, delayMs: number): { player: SoundProgram; recorder: SoundProgram } {
  const socket = join(folder, `air-${delayMs}.sock`)
  const recorder = join(folder, `recorder-${delayMs}.mjs`)
  const player = join(folder, `player-${delayMs}.mjs`)
  writeFileSync(
    recorder,
    `import { createServer } from 'node:net'
     createServer((air) => air.on('data', (chunk) => setTimeout(() => process.stdout.write(chunk), ${delayMs}))).listen(${JSON.stringify(socket)})`,
  )
  writeFileSync(
    player,
    `import { connect } from 'node:net'
     const held = []
     let air
     const reach = () => {
       const next = connect(${JSON.stringify(socket)})
       next.once('connect', () => { air = next; for (const each of held) air.write(each) })
       next.once('error', () => setTimeout(reach, 20))
     }
     reach()
     process.stdin.on('data', (chunk) => air ? air.write(chunk) : held.push(chunk))`,
  )
  return {
    player: { command: process.execPath, args: [player] },
    recorder: { command: process.execPath, args: [recorder] },
  }
}

/** A microphone's pieces of 10 ms with a tone so many ms after each time that one was due. */
function recordingOf(due: readonly number[], late: readonly number[]): RecordedPiece[] {
  const perMs = 48
  const frames = new Int16Array(6000 * perMs).map((_, k) => 20 * Math.sin(k))
  due.forEach((at, k) => {
    const from = Math.round((at + late[k]!) * perMs)
    for (let i = 0; i < 4 * perMs; i++) frames[from + i] = 3000 * Math.sin(i / 4)
  })
  return Array.from({ length: 600 }, (_, k) => ({
    endMs: 10 * (k + 1),
    frames: frames.subarray(480 * k, 480 * (k + 1)),
  }))
}
