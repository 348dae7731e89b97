import {
  type BacklogEntry,
  CENTRE_MODE,
  type CentreMode,
  type CentreModeInput,
  centreModeStep,
  type DeviceEffect,
  type DeviceEvent,
  type DeviceId,
  type DeviceSelf,
  decodeUpdateOrder,
  MISSING,
  readDeviceId,
} from '../packages/core/src/fleet/index.ts'
import { type Mode, modeRank } from '../packages/core/src/night/index.ts'
import {
  aboutCentre,
  type CentreAbout,
  type DeviceKey,
  DeviceLink,
  enrol,
  isCentresGrant,
  newDeviceKey,
  signedCredential,
} from '../packages/edge/src/uplink/index.ts'
import type { StoryTime } from './story-time.ts'
import type { Signed, StoryWitness } from './story-witness.ts'

type Untimed = DeviceEvent extends infer E
  ? E extends DeviceEvent
    ? Omit<E, 'atS'>
    : never
  : never
type Ask = Extract<DeviceEffect, { kind: 'ask-piece' }>

/** The release whose devices go on whatever their sleeper takes back. */
const FLAWED = 2
/** No try comes after so long, s. */
const NEVER_S = 1e9

/** What a bed is made of. */
export type BedParts = {
  readonly name: string
  readonly cohort: DeviceSelf['cohort']
  readonly time: StoryTime
  readonly witness: StoryWitness
  /** How many times as fast as time its own clock goes. */
  readonly rate: number
}

/**
 * A bed with a sleeper: a device's session over a real socket, a start each evening, the mode as
 * the core has it under a centre, and a click for every frame of sleep in control.
 */
export class StoryBed {
  readonly name: DeviceId
  readonly key: DeviceKey
  /** The sleeper's own key; its public half went to the centre. */
  readonly sleeper: DeviceKey
  readonly cohort: DeviceSelf['cohort']
  readonly asks: Ask[] = []
  /** Pieces that the centre has, or did not take. */
  readonly over: boolean[] = []
  consent: Signed = { id: '00000000000000aa', mode: 'control' }
  boot = 0
  release = 1
  mode: Mode = 'natural'
  /** What the centre allows just now. */
  ceiling: Mode = 'natural'
  /** It is told to change its release, and does not. */
  isStubborn = false
  /** The network is gone, and nobody says so. */
  isCutOff = false
  /** Own time of the last frame, s. */
  saidS = 0
  /** Every fall of what the centre allows since the evening, with the own time of it, s. */
  falls: { readonly to: Mode; readonly cause: string; readonly atS: number }[] = []
  readonly #parts: BedParts
  readonly #about: CentreAbout
  #link: DeviceLink | undefined
  #state: CentreMode = CENTRE_MODE
  #epoch = 0
  #isAsleep = false
  #frames = 0
  /** What the centre was not heard to have, over nights. */
  #disk: BacklogEntry[] = []

  private constructor(parts: BedParts, keys: readonly DeviceKey[], about: CentreAbout) {
    this.name = deviceOf(parts.name)
    this.cohort = parts.cohort
    this.key = keys[0]!
    this.sleeper = keys[1]!
    this.#parts = parts
    this.#about = about
  }

  /** Enrols a bed; it comes in the evening. */
  static async at(url: string, parts: BedParts): Promise<StoryBed> {
    const keys = await Promise.all([newDeviceKey(), newDeviceKey()])
    const about = await aboutCentre(url)
    if (!about.ok) throw new Error(`${parts.name}: ${about.problem.got}`)
    const bed = new StoryBed(parts, keys, about.value)
    const [{ publicKey }, { publicKey: sleeperKey }] = keys
    const taken = await enrol(url, { device: bed.name, publicKey, sleeperKey })
    if (!taken.ok) throw new Error(`${parts.name}: ${taken.problem.got}`)
    parts.witness.signs(bed.name, bed.consent)
    return bed
  }

  /** Own time since it was switched on this evening, s. */
  get nowS(): number {
    return this.#link?.nowS() ?? 0
  }

  get isLive(): boolean {
    return this.#link?.session.isLive === true
  }

  /** Whether all that it asked the wire was answered, and it owes no sign of life for now. */
  get isQuiet(): boolean {
    return this.isLive && this.#link!.session.dueS > this.nowS + 11
  }

  /** Switched on. */
  evening(): void {
    this.boot++
    Object.assign(this, { mode: 'natural', ceiling: 'natural', isCutOff: false, falls: [] })
    this.#state = CENTRE_MODE
    this.#isAsleep = false
    const { time, witness, rate } = this.#parts
    const { name, boot } = this
    const about = this.#about
    const port = (): number => (this.isCutOff ? 1 : about.mqttPort)
    this.#link = new DeviceLink({
      start: { device: name, boot, epoch: this.#epoch, self: this.#self(), kept: [...this.#disk] },
      ...{ host: '127.0.0.1', timer: time.timer(rate) },
      get port() {
        return port()
      },
      retryS: () => (this.isCutOff ? NEVER_S : 0.2),
      credential: () => signedCredential(this.key, name, boot, Date.now() / 1000),
      verify: async (grant) => {
        const isCentres = await isCentresGrant(name, grant, about.grantKey)
        if (isCentres && !this.isCutOff) witness.hears(name, grant)
        return isCentres
      },
      onEffect: (effect) => this.#carry(effect),
    })
    this.#link.begin()
  }

  /** Switched off. */
  async morning(): Promise<void> {
    await this.#link?.close()
    this.#link = undefined
  }

  /** The network is gone. */
  cutOff(): void {
    this.isCutOff = true
    this.#link?.cut()
  }

  /** A frame, now; asleep with a stage above 0, and then it does what it may. */
  frame(stage: number): void {
    const values = new Int16Array(12).fill(MISSING)
    values[0] = stage
    values[1] = 560 + ((17 * ++this.#frames) % 60)
    const asleep = stage > 0
    this.saidS = this.nowS
    const wallOffsetS = Math.round(this.#parts.time.wallMs / 1000 - this.saidS)
    const { mode, release } = this
    const head = { startS: this.saidS, wallOffsetS, mode, release, asleep }
    const block = { ...head, consent: this.consent.mode, stepsDs: new Uint16Array(1), values }
    this.#link?.say({ kind: 'frames', frames: block })
    if (asleep && !this.#isAsleep) this.#step({ kind: 'asleep' })
    this.#isAsleep = asleep
    if (asleep && this.mode === 'control' && this.ceiling === 'control') this.act()
  }

  /** One click. */
  act(): void {
    const { id, epoch } = this.#link!.session.grant
    const act = {
      ...({ kind: 'act', action: 'click', mode: 'control', level: 40 } as const),
      ...{ atS: this.nowS, untilS: this.nowS + 1, consentId: this.consent.id, grant: id, epoch },
    }
    this.#parts.witness.sees(this.name, this.boot, act)
    this.#link!.say({ kind: 'event', event: act })
  }

  /** The sleeper, awake, asks for as much as was consented to. */
  wish(): void {
    const to = this.consent.mode
    this.tell({ kind: 'wish', to })
    this.#step({ kind: 'wish', to })
  }

  /** The sleeper stops it, for good. */
  stop(): void {
    this.tell({ kind: 'stop', by: 'sleeper' })
    this.#step({ kind: 'stop' })
    this.#change('natural', 'sleeper')
  }

  /** The sleeper signs another consent in the place of the last, or the same again. */
  sign(consent: Signed): void {
    this.#parts.witness.signs(this.name, consent)
    this.consent = consent
    this.#link!.say({ kind: 'self', self: this.#self() })
    const { id: consentId, mode } = consent
    const signedMs = Math.floor(this.#parts.time.wallMs)
    this.tell({ kind: 'consented', consentId, mode, signedMs, untilWallMs: 4e12 })
  }

  /** The sleeper takes the consent back; the flawed release goes on. */
  withdraw(): void {
    this.#parts.witness.signs(this.name, undefined)
    const { id: consentId, mode } = this.consent
    this.consent = { id: consentId, mode: 'natural' }
    this.#link!.say({ kind: 'self', self: this.#self() })
    this.tell({ kind: 'consent', consentId, mode, untilWallMs: 4e12, granted: false })
    if (this.release !== FLAWED) this.#change('natural', 'consent')
  }

  /** Runs another release from now on. */
  run(release: number, outcome: 'running' | 'reverted'): void {
    this.release = release
    this.#link!.say({ kind: 'self', self: this.#self() })
    this.tell({ kind: 'release', release, outcome })
  }

  tell(event: Untimed): void {
    this.#link!.say({ kind: 'event', event: { ...event, atS: this.nowS } as DeviceEvent })
  }

  /** Sends one message of a piece of the black box. */
  give(bytes: Uint8Array): void {
    this.#link!.say({ kind: 'piece', bytes })
  }

  #self(): DeviceSelf {
    const { release, mode, cohort, consent } = this
    const consentId = consent.mode === 'natural' ? '' : consent.id
    const about = { hardware: 'made-up', code: 'test', takesUpdates: true }
    return { ...about, release, mode, consent: consent.mode, consentId, cohort }
  }

  #carry(effect: DeviceEffect): void {
    if (effect.kind === 'ceiling') {
      const { ceiling: to, cause } = effect
      if (modeRank(to) < modeRank(this.ceiling)) this.falls.push({ to, cause, atS: this.nowS })
      this.ceiling = effect.ceiling
      this.#step({ kind: 'ceiling', ceiling: effect.ceiling })
    } else if (effect.kind === 'keep') this.#disk.push(effect.entry)
    else if (effect.kind === 'free') this.#free(effect)
    else if (effect.kind === 'epoch') this.#epoch = effect.epoch
    else if (effect.kind === 'ask-piece') this.asks.push(effect)
    else if (effect.kind === 'piece-over') this.over.push(effect.kept)
    else if (effect.kind === 'update' && !this.isStubborn) this.#update(effect.payload)
  }

  #free({ boot, seq }: Extract<DeviceEffect, { kind: 'free' }>): void {
    this.#disk = this.#disk.filter(
      (entry) => entry.boot > boot || (entry.boot === boot && entry.firstSeq + entry.n > seq),
    )
  }

  #update(payload: Uint8Array): void {
    const order = decodeUpdateOrder(payload)
    if (!order.ok) throw new Error(order.problem.got)
    if ('release' in order.value) this.run(order.value.release, 'running')
    else this.run(order.value.setBack, 'reverted')
  }

  #step(said: Said): void {
    const input = { ...said, nowS: this.nowS } as CentreModeInput
    const { state, word } = centreModeStep(this.#state, input)
    this.#state = state
    if (word !== undefined && word.say !== 'ask') this.#change(word.say, 'facility')
    else if (word?.say === 'ask') this.#change(word.to, 'sleeper')
  }

  #change(to: Mode, cause: 'sleeper' | 'facility' | 'consent'): void {
    if (to === this.mode) return
    this.mode = to
    this.#step({ kind: 'mode', mode: to })
    this.#link!.say({ kind: 'self', self: this.#self() })
    this.tell({ kind: 'mode', to, cause })
  }
}

type Said = CentreModeInput extends infer I
  ? I extends CentreModeInput
    ? Omit<I, 'nowS'>
    : never
  : never

function deviceOf(name: string): DeviceId {
  const read = readDeviceId(name)
  if (!read.ok) throw new Error(name)
  return read.value
}
