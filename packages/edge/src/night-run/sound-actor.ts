import {
  clickSamples,
  cueSamples,
  type FadeNoise,
  type LoopInput,
  type Stopper,
} from '@nocturne/core/night'
import { PcmPump } from '../output/pcm-pump.ts'
import {
  type RunningPlayer,
  SOUND_RATE_HZ,
  type SoundProgram,
  startPlayer,
} from '../output/system-player.ts'
import type { Timer } from '../output/timer.ts'
import type { Actor, Command } from './actor.ts'
import { FadeLeases } from './fade-leases.ts'

/** What a loudspeaker is to the box. */
export type SoundActorOptions = {
  readonly token: number
  readonly player: SoundProgram
  readonly timer: Timer
  /** Timer's time of device time 0, ms. */
  readonly startedAtMs: number
  /** Measured delay from due to heard, ms. */
  readonly latencyMs: number
  /** dB(A) at the ear of noise at full scale: measured. */
  readonly fullScaleDbA: number
  /**
   * Whether a click or cue heard at this device time, ms, is silence: a sham arm, all night or in
   * some of its blocks. Everything else happens alike (rule N82).
   */
  mutedAt(heardMs: number): boolean
  /**
   * What a bedtime fade sounds of; without it a fade fails. Made beforehand: that takes longer than
   * the player can wait.
   */
  readonly noise?: FadeNoise
}

/** Sound handed over before it is due, ms: what a stop cannot take back. */
const LEAD_MS = 40
/** What a command needs to reach the player beyond the player's own delay, ms: lead and a beat. */
export const SOUND_REACH_MS: number = LEAD_MS + 10
const HEARTBEAT_MS = 1000
/** Length of one ring of the alarm, and how many ring in a lease, s apart. */
const RING_EVERY_S = 2

/**
 * A loudspeaker through the system's player. It counts every lease down by itself: a sound whose
 * lease has ended is not played, and nothing sounds but what a lease carries. When the player dies
 * or the stream slips, what was measured of its delay is void, and the loop is told so.
 */
export class SoundActor implements Actor {
  readonly #options: SoundActorOptions
  #pump: PcmPump
  #player: RunningPlayer
  #said: LoopInput[] = []
  #confirm: { atMs: number; leaseId: string }[] = []
  #nextBeatMs = 0
  #lastSeq = -1
  #dead = false
  #seed = 1
  readonly #fades = new FadeLeases()

  constructor(options: SoundActorOptions) {
    this.#options = options
    const { player, pump } = this.#begin()
    this.#player = player
    this.#pump = pump
  }

  carry(command: Command, heardAtMs: number): void {
    const { lease, level } = command
    const { startedAtMs, latencyMs, timer } = this.#options
    const isAlarm = lease.action === 'wake'
    if (lease.seq <= this.#lastSeq || heardAtMs > lease.notAfterMs) return
    if (this.#dead && isAlarm) this.#revive()
    if (this.#dead) return
    this.#lastSeq = lease.seq
    // A lease takes the place of the one before: rings of an alarm never add up.
    if (isAlarm) this.mute()
    // What is not aimed at a wave is late rather than not at all.
    const soonestMs = lease.action === 'click' ? 0 : timer.now() + SOUND_REACH_MS
    const dueMs = Math.max(startedAtMs + heardAtMs - latencyMs, soonestMs)
    const heardMs = dueMs + latencyMs - startedAtMs
    const samples = this.#samplesOf(command, Math.min(level, lease.maxLevel), heardMs)
    const took = samples.length > 0 && this.#pump.schedule(dueMs, samples, lease.id)
    if (took) this.#fades.carried(lease)
    const atMs = Math.ceil(heardMs)
    if (took) this.#confirm.push({ atMs, leaseId: lease.id })
    else this.#tell({ kind: 'actuator', atMs: this.#now(), leaseId: lease.id, effect: 'failed' })
  }

  mute(_atMs?: number, leaseIds?: readonly string[]): void {
    const ending = this.#fades.ending(leaseIds)
    this.#pump.mute(ending)
    this.#confirm = ending ? this.#confirm.filter(({ leaseId }) => !ending.includes(leaseId)) : []
  }

  inputs(atMs: number): readonly LoopInput[] {
    const said = this.#said
    this.#said = []
    if (!this.#dead && this.#nextBeatMs <= atMs) {
      // One sign of life, and of now: none is made up for a time in which nobody asked.
      said.push({ kind: 'heartbeat', atMs, token: this.#options.token })
      this.#nextBeatMs = atMs + HEARTBEAT_MS
    }
    while (this.#confirm.length > 0 && this.#confirm[0]!.atMs <= atMs) {
      const { atMs: heardMs, leaseId } = this.#confirm.shift()!
      said.push({ kind: 'actuator', atMs: heardMs, leaseId, effect: 'confirmed' })
    }
    return said.sort((a, b) => a.atMs - b.atMs)
  }

  /** A hand at the loudspeaker: the sleeper's word. */
  override(by: Stopper): void {
    this.mute()
    this.#tell({ kind: 'stop', atMs: this.#now(), by })
  }

  close(): Promise<void> {
    this.#pump.stop()
    this.#player.close()
    return Promise.resolve()
  }

  /** A player and the stream that flows into it. */
  #begin(): { readonly player: RunningPlayer; readonly pump: PcmPump } {
    const { player: program, timer } = this.#options
    const player = startPlayer(program)
    player.onEnd(() => {
      this.#dead = true
      this.#voidLatency()
    })
    const pump = new PcmPump({
      ...{ rateHz: SOUND_RATE_HZ, leadMs: LEAD_MS, timer },
      sink: (frames) => player.write(frames),
      onSlip: () => this.#voidLatency(),
    })
    pump.start()
    return { player, pump }
  }

  /** A dead player is started again for the alarm, and only for it: its delay is not known. */
  #revive(): void {
    this.#pump.stop()
    this.#player.close()
    this.#dead = false
    const { player, pump } = this.#begin()
    this.#player = player
    this.#pump = pump
  }

  #samplesOf({ lease }: Command, levelDb: number, heardMs: number): Float32Array {
    const { fullScaleDbA, noise } = this.#options
    const level = { levelDb, fullScaleDbA }
    const seed = this.#seed++
    if (lease.action === 'wake') {
      const ring = cueSamples(level, SOUND_RATE_HZ, seed)
      const seconds = (lease.notAfterMs - lease.issuedAtMs) / 1000
      const alarm = new Float32Array(Math.round(seconds * SOUND_RATE_HZ))
      const every = Math.round(RING_EVERY_S * SOUND_RATE_HZ)
      for (let at = 0; at + every <= alarm.length; at += 2 * every) {
        alarm.set(ring.subarray(0, Math.min(ring.length, alarm.length - at)), at)
      }
      return alarm // the alarm is the sleeper's own and sounds in every arm
    }
    // A fade is heard awake: muted, it would tell the arm (rule N83). It ends with its lease.
    if (lease.action === 'fade') {
      return noise?.piece(level, (lease.notAfterMs - heardMs) / 1000) ?? new Float32Array(0)
    }
    const make = lease.action === 'click' ? clickSamples : cueSamples
    const samples = make(level, SOUND_RATE_HZ, seed)
    return this.#options.mutedAt(heardMs) ? new Float32Array(samples.length) : samples
  }

  #voidLatency(): void {
    const unknown = { meanMs: Number.NaN, sdMs: Number.NaN }
    this.#tell({ kind: 'latency', atMs: this.#now(), ...unknown })
  }

  #tell(input: LoopInput): void {
    this.#said.push(input)
  }

  #now(): number {
    return Math.max(0, Math.floor(this.#options.timer.now() - this.#options.startedAtMs))
  }
}
