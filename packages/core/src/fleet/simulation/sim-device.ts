import { assert } from '../../math/assert.ts'
import { type Mode, modeRank } from '../../night/governor/mode.ts'
import { backOffS, firstWaitS } from '../recovery/spread.ts'
import {
  CENTRE_MODE,
  type CentreMode,
  type CentreModeInput,
  centreModeStep,
} from '../session/centre-mode.ts'
import { DeviceSession } from '../session/device-session.ts'
import type { DeviceEffect, DeviceInput, DeviceSelf } from '../session/device-words.ts'
import type { DeviceCause, DeviceEvent } from '../telemetry/device-event.ts'
import type { DeviceId } from '../telemetry/device-id.ts'
import { FRAME_S } from '../telemetry/frame.ts'
import type { SignedGrant } from '../telemetry/grant.ts'
import { DeviceClock } from './device-clock.ts'
import { frameOf } from './device-frame.ts'
import {
  type DeviceDisk,
  type DeviceWorld,
  forgetBelow,
  lower,
  type SimDeviceTraits,
} from './device-world.ts'
import { isSealed, passwordOf } from './seal.ts'

/** A device gives up after so many attempts: a flaw. */
const GIVES_UP_AFTER = 3
const GIVEN_UP_S = 1e9
/** A sleeper whose wish is not met asks again after so many frames, awake as made-up ones are. */
const ASKS_EVERY = 4
/** In control something is given every so many frames, and lasts so long, s. */
const ACTS_EVERY = 10
const ACT_S = 5
const YEAR_MS = 31_536_000_000

/** Inputs without their time, which the device's clock gives. */
type Timeless<Input> = Input extends unknown ? Omit<Input, 'nowS'> : never
type NewInput = Timeless<DeviceInput>
type Timed = { nowS?: number }

/**
 * A simulated device: the real session in a shell with a clock of its own, a disk, a sleeper, and
 * power that can go in the middle of what it does.
 */
export class SimDevice {
  readonly id: DeviceId
  readonly index: number
  readonly district: number
  readonly clock: DeviceClock
  readonly disk: DeviceDisk
  /** What the sleeper asked for. */
  wish: Mode = 'control'
  self: DeviceSelf
  /** How many times as many arousals as usual. */
  restlessness = 1
  isOn = false
  /** The machine sleeps: it does nothing, and neither does what it commands. */
  isFrozen = false
  readonly #world: DeviceWorld<SimDevice>
  readonly #frame: () => void
  #session: DeviceSession | undefined
  #attempts = 0
  /** Changes with every start, so that what was planned before it is nothing. */
  #life = 0
  #mode: Mode = 'natural'
  #centre: CentreMode = CENTRE_MODE
  #frames = 0
  #lookAtMs = Number.POSITIVE_INFINITY
  #depth = 0
  /** Grants of which the signature was not looked at yet. */
  #came: SignedGrant[] = []
  /** What came while the machine slept. */
  #later: (() => void)[] = []

  constructor(world: DeviceWorld<SimDevice>, traits: SimDeviceTraits) {
    this.#world = world
    this.id = traits.id
    this.index = traits.index
    this.district = traits.district
    this.clock = new DeviceClock(traits.rate, traits.phaseS)
    this.self = traits.self
    this.disk = { boot: 0, epoch: 0, spreadS: 1, losses: 0, kept: [], isFull: false }
    this.#frame = () => this.#makeFrame()
  }

  get session(): DeviceSession {
    const session = this.#session
    assert(session !== undefined, 'a device that was on')
    return session
  }

  /** Device time, s since the boot. */
  get nowS(): number {
    return this.clock.at(this.#world.sky.queue.nowMs)
  }

  /** The mode that holds; natural while nothing runs. */
  get mode(): Mode {
    return this.isOn && !this.isFrozen ? this.#mode : 'natural'
  }

  /** Whether it is on, and has been since the start of that number. */
  isOfLife(life: number): boolean {
    return this.isOn && life === this.#life
  }

  /** The number of its start, or of its end. */
  get life(): number {
    return this.#life
  }

  /** Power comes: a new boot, with what the disk kept. */
  powerOn(): void {
    const { disk, id } = this
    this.isOn = true
    this.isFrozen = false
    this.#life++
    this.#lookAtMs = Number.POSITIVE_INFINITY
    const { queue, random } = this.#world.sky
    this.#world.voids(this)
    this.clock.boot(queue.nowMs)
    disk.boot++
    disk.losses++
    this.#attempts = 0
    this.#mode = 'natural'
    this.#centre = CENTRE_MODE
    this.#frames = 0
    this.#later = []
    this.#came = []
    if (this.#world.flaw === 'epoch-lost-at-device') disk.epoch = 0
    const { boot, epoch, kept } = disk
    this.self = { ...this.self, mode: 'natural' }
    this.#session = new DeviceSession({ device: id, boot, epoch, self: this.self, kept: [...kept] })
    // The session's own first attempt is at once; a fleet that comes back must not.
    this.take({ kind: 'closed', retryS: this.#waitS() })
    const life = this.#life
    queue.after(random.uniform() * FRAME_S * 1000, () => {
      if (this.isOfLife(life)) this.#frame()
    })
  }

  /** Power goes: nothing but the disk is left. */
  powerOff(): void {
    this.isOn = false
    this.#life++
  }

  /** A connection stands. */
  opened(): void {
    this.#whenAwake(() => this.take({ kind: 'opened', password: passwordOf(this.disk.boot) }))
  }

  /** Bytes came on the connection. */
  hear(bytes: Uint8Array): void {
    if (this.isFrozen) this.#whenAwake(() => this.take({ kind: 'bytes', bytes }))
    else if (this.isOn) this.take({ kind: 'bytes', bytes })
  }

  /** The connection is gone, or did not come about. */
  connectionLost(): void {
    this.#whenAwake(() => {
      this.disk.losses++
      this.take({ kind: 'closed', retryS: this.#waitS() })
    })
  }

  #whenAwake(act: () => void): void {
    if (!this.isOn) return
    if (this.isFrozen) this.#later.push(act)
    else act()
  }

  /** The machine sleeps until a later true time; waking, it doubts its clock. */
  freezeUntil(laterMs: number): void {
    const { queue } = this.#world.sky
    if (!this.isOn || this.isFrozen) return
    this.isFrozen = true
    this.clock.standUntil(queue.nowMs, laterMs)
    const life = this.#life
    queue.at(laterMs, () => {
      if (!this.isOfLife(life)) return
      this.isFrozen = false
      this.#world.voids(this)
      this.#lookAtMs = Number.POSITIVE_INFINITY
      this.take({ kind: this.#world.flaw === 'clock-believed' ? 'tick' : 'clock-doubt' })
      for (const act of this.#later.splice(0)) if (this.isOfLife(life)) act()
    })
  }

  /** The device's clock leaps by so many seconds, which its next look at it finds. */
  leap(byS: number): void {
    if (!this.isOn || this.isFrozen) return
    const { queue } = this.#world.sky
    // The looks before it, which found nothing due and were left out, had seen the time.
    this.take({ kind: 'tick' })
    this.clock.leap(queue.nowMs, byS)
    this.#world.leapt(this, byS)
    this.#lookAtMs = Number.POSITIVE_INFINITY
    const life = this.#life
    queue.at(this.clock.lookAfter(queue.nowMs, this.nowS), () => {
      if (this.isOfLife(life) && !this.isFrozen) this.take({ kind: 'tick' })
    })
  }

  /** The sleeper asks for a mode, awake. */
  ask(wish: Mode): void {
    if (!this.isOn || this.isFrozen) return
    this.wish = wish
    if (modeRank(wish) < modeRank(this.#mode)) this.#hold(wish, 'sleeper')
    this.tell({ kind: 'wish', to: wish, atS: this.nowS })
    this.#hearCentre({ kind: 'wish', to: wish }, 'sleeper')
  }

  /** The sleeper stops whatever goes on. */
  stop(): void {
    if (!this.isOn || this.isFrozen) return
    this.wish = 'natural'
    this.#hold('natural', 'sleeper')
    this.#hearCentre({ kind: 'stop' }, 'sleeper')
    this.tell({ kind: 'stop', by: 'sleeper', atS: this.nowS })
  }

  /** The sleeper consents to another mode, or, with natural, withdraws. */
  consent(consentId: string, mode: Mode): void {
    if (!this.isOn || this.isFrozen) return
    const granted = mode !== 'natural'
    const id = granted ? consentId : this.self.consentId
    this.self = { ...this.self, consent: mode, consentId: granted ? id : '' }
    if (modeRank(mode) < modeRank(this.#mode)) this.#hold(mode, 'consent')
    this.take({ kind: 'self', self: this.self })
    const signedMs = this.#world.wallMs + Math.floor(this.#world.sky.queue.nowMs)
    const told = { consentId: id, mode, untilWallMs: signedMs + YEAR_MS, atS: this.nowS }
    if (granted) this.tell({ kind: 'consented', signedMs, ...told })
    else this.tell({ kind: 'consent', granted, ...told })
  }

  /** Another release runs from now on. */
  run(release: number): void {
    if (!this.isOn || this.isFrozen || this.self.release === release) return
    this.self = { ...this.self, release }
    this.take({ kind: 'self', self: this.self })
    this.tell({ kind: 'release', release, outcome: 'running', atS: this.nowS })
  }

  /** Something the sleeper or the device did. */
  tell(event: DeviceEvent): void {
    if (this.isOn && !this.isFrozen) this.take({ kind: 'event', event })
  }

  /** Hands an input to the session and carries its effects out, as far as the power lasts. */
  take(input: NewInput): void {
    const life = this.#life
    const timed = input as Timed
    timed.nowS = this.nowS
    this.#depth++
    const effects = this.session.take(timed as DeviceInput)
    for (let i = 0; i < effects.length; i++) {
      this.#carryOut(effects[i]!)
      if (life !== this.#life) break
    }
    this.#depth--
    if (this.#depth > 0 || life !== this.#life) return
    // Looking at a signature takes its time: what else followed from the bytes is done before.
    while (this.#came.length > 0) {
      this.#verify(this.#came.shift()!)
      if (life !== this.#life) return
    }
    this.#world.look(this)
    this.#planLook()
  }

  #carryOut(effect: DeviceEffect): void {
    const world = this.#world
    switch (effect.kind) {
      case 'open':
        this.#attempts++
        world.connect(this)
        return
      case 'write':
        world.write(this, effect.bytes)
        return
      case 'close':
        world.hangUp(this)
        return
      case 'keep':
        if (!this.disk.isFull) this.disk.kept.push(effect.entry)
        return
      case 'free':
        world.freed(this, effect.boot, effect.seq)
        forgetBelow(this.disk, effect.boot, effect.seq)
        return
      case 'verify':
        this.#came.push(effect.grant)
        return
      case 'ceiling':
        this.#hearCentre(effect, effect.cause === 'clock' ? 'fault' : effect.cause)
        return
      case 'epoch':
        this.disk.epoch = effect.epoch
        return
      case 'update':
        world.update(this, effect.payload)
        return
      case 'live':
        this.#attempts = 0
        return
      case 'pace':
        this.disk.spreadS = Math.max(1, effect.spreadS)
        return
      default:
        return
    }
  }

  #verify(came: SignedGrant): void {
    const { flaw } = this.#world
    const verified = flaw === 'forged-obeyed' || isSealed(this.id, came)
    let grant = came
    if (flaw === 'grant-from-receipt') grant = { ...came, heardS: this.nowS }
    if (flaw === 'grant-outlives-clock') grant = { ...came, ttlS: came.ttlS * 1.2 }
    this.take({ kind: 'grant', grant, verified })
  }

  /** The mode under a centre, as the real shell keeps it; what it says is what is done. */
  #hearCentre(input: Timeless<CentreModeInput>, cause: DeviceCause): void {
    const timed = { ...input, nowS: this.nowS } as CentreModeInput
    const { state, word } = centreModeStep(this.#centre, timed)
    this.#centre = state
    if (word?.say === 'ask') this.#hold(lower(word.to, this.self.consent), 'sleeper')
    else if (word !== undefined) this.#hold(word.say, cause)
  }

  /** Another mode holds from now on, and is told. */
  #hold(mode: Mode, cause: DeviceCause): void {
    if (mode === this.#mode) return
    this.#mode = mode
    this.#hearCentre({ kind: 'mode', mode }, cause)
    this.self = { ...this.self, mode }
    this.take({ kind: 'self', self: this.self })
    this.tell({ kind: 'mode', to: mode, cause, atS: this.nowS })
  }

  #waitS(): number {
    const { disk, id } = this
    const { sky, flaw } = this.#world
    if (flaw === 'gives-up' && this.#attempts > GIVES_UP_AFTER) return GIVEN_UP_S
    if (this.#attempts === 0) return firstWaitS(id, disk.losses, disk.spreadS)
    return backOffS(this.#attempts, sky.random.uniform(), disk.spreadS)
  }

  /**
   * The next look at the clock that does something. A device looks every second; those looks that
   * find nothing due are left out, which changes nothing but the time this takes.
   */
  #planLook(): void {
    if (!this.isOn || this.isFrozen) return
    const { dueS } = this.session
    if (dueS === Number.POSITIVE_INFINITY) return
    const { queue } = this.#world.sky
    const atMs = this.clock.lookAfter(queue.nowMs, dueS)
    if (atMs >= this.#lookAtMs) return
    this.#lookAtMs = atMs
    const life = this.#life
    queue.at(atMs, () => {
      if (!this.isOfLife(life) || this.#lookAtMs !== atMs || this.isFrozen) return
      this.#lookAtMs = Number.POSITIVE_INFINITY
      if (this.session.dueS <= this.nowS) this.take({ kind: 'tick' })
      else this.#planLook()
    })
  }

  #makeFrame(): void {
    const { sky, wallMs } = this.#world
    const { queue } = sky
    const life = this.#life
    if (!this.isFrozen) {
      this.take({ kind: 'tick' })
      this.take({ kind: 'frames', frames: frameOf(this, queue.nowMs, wallMs) })
      this.#live(this.#frames++)
    }
    queue.after((FRAME_S / this.clock.rate) * 1000, () => {
      if (this.isOfLife(life)) this.#frame()
    })
  }

  /** What sleeper and device do between two frames. */
  #live(frame: number): void {
    const { wish, self } = this
    const wished = lower(wish, self.consent)
    if (frame % ASKS_EVERY === 0 && modeRank(wished) > modeRank(this.#mode)) this.ask(wish)
    if (frame % ACTS_EVERY === 0 && this.#mode === 'control') {
      const { id, epoch } = this.session.grant
      this.tell({
        ...{ kind: 'act', action: 'cue', mode: 'control', consentId: self.consentId, level: 38 },
        ...{ grant: id, epoch, atS: this.nowS, untilS: this.nowS + ACT_S },
      })
    }
  }
}
