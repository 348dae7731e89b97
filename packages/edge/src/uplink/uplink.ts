import {
  backOffS,
  CENTRE_MODE,
  type CentreMode,
  type CentreModeInput,
  centreModeStep,
  type DeviceEffect,
  type DeviceEvent,
  type DeviceId,
  type DeviceSelf,
  decodeEvent,
  encodeEvent,
  FRAME_S,
  firstWaitS,
  NightEvents,
  NightFrames,
  type NightMoment,
} from '@nocturne/core/fleet'
import type { LoopEvent, LoopInput, Mode, Montage, NightMontage } from '@nocturne/core/night'
import { montageColumns } from '@nocturne/core/night'
import type { NightRun, NightWord } from '../night-run/night-run.ts'
import { nodeTimer, type Timer } from '../output/timer.ts'
import type { SourceChunk } from '../source/source.ts'
import type { BacklogFile } from './backlog-file.ts'
import type { DeviceFolder, KeptCentre } from './device-folder.ts'
import { isCentresGrant, nextSignedS, signedCredential } from './device-key.ts'
import { DeviceLink } from './device-link.ts'
import { aboutCentre } from './enrolment.ts'
import { FrameTray } from './frame-tray.ts'
import { type NightShelf, NightUpdates, releasesOf } from './night-updates.ts'
import { PieceAsks } from './piece-asks.ts'
import { PieceSender } from './piece-sender.ts'

/** What an uplink is made of. */
export type UplinkOptions = {
  /** The folder of an enrolled device. */
  readonly folder: DeviceFolder
  /** What the device is; its mode and consent come out of the night. */
  readonly self: Pick<DeviceSelf, 'hardware' | 'code' | 'cohort'>
  readonly montage: Montage
  /** What is told of the body beside the night's own channels; nothing where it is left out. */
  readonly body?: NightMontage
  /** Where its releases lie; left out where the sleeper takes no updates. */
  readonly shelf?: NightShelf
  /** How far the wall clock is ahead of the night's own, ms; 0 unless the night is played. */
  readonly wallAheadMs?: number
  /** The night goes on after a restart: it is natural until its sleeper asks anew (rule N53). */
  readonly goesOn?: boolean
  /** Time between two frames, s; 30 unless said. */
  readonly frameS?: number
  /** Says a line to a person. */
  tell(text: string): void
  readonly timer?: Timer
  /** The wall clock, ms since the epoch; the system's unless said. */
  wallMs?(): number
}

/** What an uplink says to a night. */
type NightBed = Pick<NightRun, 'say' | 'askFor'>

/** Something that the mode under a centre hangs on, before it is stamped. */
type CentreSaid = CentreModeInput extends infer Input
  ? Input extends CentreModeInput
    ? Omit<Input, 'nowS'>
    : never
  : never

/** Between two looks at clocks and frames, ms. */
const BEAT_MS = 250
/** Between two looks for what the sleeper answered, s. */
const LOOK_S = 2
/** A wall clock that moved so far against the monotonic one was set, or the machine slept, ms. */
const DOUBT_MS = 2000

/**
 * A night under a centre: what the loop does is told to it, and what it grants is a ceiling. It is
 * on disk before it is sent, and the night needs none of it: without the centre a device that is
 * enrolled is natural and goes on. Rules F14-F27 of fleet/SPEC.md.
 */
export class Uplink {
  readonly #options: UplinkOptions
  readonly #timer: Timer
  readonly #link: DeviceLink
  readonly #backlog: BacklogFile
  readonly #frames: NightFrames
  readonly #events: NightEvents
  readonly #tray: FrameTray
  readonly #updates: NightUpdates | undefined
  readonly #pieces: PieceSender
  #lookedS = Number.NEGATIVE_INFINITY
  #centre: KeptCentre
  #mode: CentreMode = CENTRE_MODE
  #night: NightBed | undefined
  /** Wish of the evening, said when the night begins. */
  #evening: Mode | undefined
  #atMs = 0
  #fell: NightMoment['fell'] = 'facility'
  #wallAheadMs: number
  #clockFault = false
  #isUnkept = false
  /** Connections that were lost: the wait after each is another (rule F71). */
  #losses = 0
  /** The release of this night; the one gone back to where that was ordered. */
  #release: number
  #standing: 'new' | 'live' | 'away' = 'new'
  /** When the last credential was signed, unix s. */
  #signedS = 0
  #isClosed = false
  #stopBeat: () => void = () => undefined

  /** Throws the system's error where the folder cannot be read, or is of no enrolled device. */
  constructor(options: UplinkOptions) {
    const { folder, montage, frameS = FRAME_S } = options
    if (folder.centre === undefined) throw new Error(`${folder.path}: not enrolled`)
    this.#options = options
    this.#release = options.shelf?.running ?? 0
    this.#timer = options.timer ?? nodeTimer
    this.#centre = folder.centre
    this.#backlog = folder.backlog()
    this.#frames = new NightFrames(montage, options.body?.montage)
    this.#events = new NightEvents(options.wallAheadMs ?? 0)
    this.#tray = new FrameTray(frameS, this.#centre.framesPerBlock)
    this.#link = this.#linkOf(folder, this.#centre)
    this.#wallAheadMs = this.#wallMs() - this.#link.nowS() * 1000
    this.#updates = options.shelf && this.#updatesOf(options.shelf)
    this.#pieces = new PieceSender({
      ...{ asks: new PieceAsks(folder.path), tell: options.tell },
      aheadMs: Math.round(options.wallAheadMs ?? 0),
      tellAnswer: (answer) =>
        this.#tellEvent({ kind: 'piece-answer', atS: this.#link.nowS(), ...answer }),
      send: (bytes) => this.#link.say({ kind: 'piece', bytes }),
      nowS: () => this.#link.nowS(),
    })
  }

  /** A night's first words without the ask for a mode, which waits for a grant (rule F27). */
  opening(words: readonly NightWord[]): readonly NightWord[] {
    for (const word of this.#options.goesOn ? [] : words) {
      if (word.kind === 'mode') this.#evening = word.to
    }
    return words.filter(({ kind }) => kind !== 'mode')
  }

  /** The device's name. */
  get device(): DeviceId {
    return this.#options.folder.device
  }

  /** Begins to speak for a night. */
  begin(night: NightBed): void {
    this.#night = night
    const { device, boot } = this.#options.folder
    const retryS = firstWaitS(device, boot * 65_536, this.#centre.spreadS)
    // What came back with the power waits its share of the fleet's time (rule F71).
    this.#link.say({ kind: 'closed', retryS: this.#centre.spreadS > 1 ? retryS : 0 })
    if (this.#evening !== undefined) this.askFor(this.#evening)
    this.#link.begin()
    this.#beat()
  }

  /** The sleeper, awake, asks for a mode, which waits for a grant. */
  askFor(to: Mode): void {
    this.#tellEvent({ kind: 'wish', atS: this.#link.nowS(), to })
    this.#step({ kind: 'wish', to })
  }

  /** Takes a step of the night: an input, and what came of it. */
  take(input: LoopInput, events: readonly LoopEvent[]): void {
    if (this.#isClosed) return
    this.#atMs = input.atMs
    this.#frames.take(input, events)
    const before = { mode: this.#events.mode, consentId: this.#events.consent.consentId }
    const told = this.#events.take(input, events, this.#moment())
    const { mode, consent } = this.#events
    const isOther = before.mode !== mode || before.consentId !== consent.consentId
    if (isOther) this.#link.say({ kind: 'self', self: this.#self() })
    for (const event of told) this.#tellEvent(event)
    if (before.mode !== mode) this.#step({ kind: 'mode', mode })
    const isStop = input.kind === 'stop' && input.by !== 'manual-light'
    if (isStop || (input.kind === 'mode' && input.to === 'natural')) this.#step({ kind: 'stop' })
    if (this.#frames.stage > 0) this.#step({ kind: 'asleep' })
  }

  /** Takes what the source gave: the channels of the body, which the loop does not hear. */
  takeBody({ first, columns, atMs }: SourceChunk): void {
    const { body } = this.#options
    if (body !== undefined && !this.#isClosed) {
      this.#frames.takeBody(first, montageColumns(body, columns), atMs)
    }
  }

  /** Something wrong with the device itself: nothing is granted while it lasts. */
  fault(fault: 'disk', begins: boolean): void {
    this.#tellEvent({ kind: 'fault', atS: this.#link.nowS(), fault, begins })
  }

  /** Says farewell; what was not yet acknowledged waits in the folder. */
  async close(): Promise<void> {
    await this.#updates?.end()
    this.#stopBeat()
    this.#isClosed = true
    await this.#link.close()
    this.#backlog.close()
    await this.#options.folder.close()
  }

  #linkOf(folder: DeviceFolder, { url, epoch, grantKey }: KeptCentre): DeviceLink {
    const { device, key, boot } = folder
    const { hostname, protocol } = new URL(url)
    const port = (): number => this.#centre.mqttPort
    return new DeviceLink({
      start: { device, boot, epoch, self: this.#self(), kept: this.#backlog.kept },
      ...{ host: hostname.replace(/^\[|\]$/g, ''), timer: this.#timer },
      get port() {
        return port()
      },
      ...(protocol === 'https:' ? { secure: {} } : {}),
      credential: () => {
        this.#signedS = nextSignedS(this.#signedS, this.#wallMs() / 1000)
        return signedCredential(key, device, boot, this.#signedS)
      },
      verify: (grant) => isCentresGrant(device, grant, grantKey),
      retryS: (attempt) => this.#retryS(attempt),
      onEffect: (effect) => this.#carry(effect),
    })
  }

  #self(): DeviceSelf {
    const { mode } = this.#events
    const { mode: consent, consentId } = this.#events.consent
    const takesUpdates = this.#options.shelf !== undefined
    return { ...this.#options.self, release: this.#release, takesUpdates, mode, consent, consentId }
  }

  #updatesOf(shelf: NightShelf): NightUpdates {
    return new NightUpdates({
      ...{ shelf, fetch: releasesOf(this.#centre.url), tell: this.#options.tell },
      wallMs: () => this.#wallMs(),
      natural: () => this.#fall('facility'),
      tellOutcome: (outcome) => {
        if (outcome.outcome === 'reverted') this.#release = shelf.running
        this.#link.say({ kind: 'self', self: this.#self() })
        this.#tellEvent({ kind: 'release', atS: this.#link.nowS(), ...outcome })
      },
    })
  }

  /** Natural now, whatever is granted, until the sleeper asks again. */
  #fall(why: NightMoment['fell']): void {
    this.#fell = why
    this.#step({ kind: 'stop' })
    if (this.#events.mode === 'natural') return
    this.#night?.say({ kind: 'facility', word: { say: 'natural', reason: why } })
  }

  #moment(): NightMoment {
    const { ceiling, id, epoch } = this.#link.session.grant
    const living = ceiling === 'natural' ? { grant: 0, epoch: 0 } : { grant: id, epoch }
    return { nowS: this.#link.nowS(), ...living, fell: this.#fell }
  }

  #wallMs(): number {
    return this.#options.wallMs?.() ?? Date.now()
  }

  #carry(effect: DeviceEffect): void {
    switch (effect.kind) {
      case 'keep':
        this.#onDisk(() => this.#backlog.keep(effect.entry))
        return
      case 'free':
        this.#onDisk(() => this.#backlog.free(effect))
        return
      case 'lost':
        this.#onDisk(() => this.#backlog.lose(effect.entry))
        return
      case 'epoch':
        this.#keepCentre({ epoch: effect.epoch })
        return
      case 'pace': {
        const { spreadS, framesPerBlock } = effect
        this.#tray.framesPerBlock = framesPerBlock
        this.#keepCentre({ spreadS, framesPerBlock })
        return
      }
      case 'ceiling':
        this.#fell = effect.cause
        this.#step({ kind: 'ceiling', ceiling: this.#isUnkept ? 'natural' : effect.ceiling })
        return
      case 'ask-piece':
        this.#onDisk(() => this.#pieces.hear(effect))
        return
      case 'piece-over':
        this.#onDisk(() => this.#pieces.over(effect.bytes, effect.kept))
        return
      case 'update':
        this.#updates?.hear(effect.payload)
        return
      case 'live':
        this.#stand('live', 'the centre hears this device')
        this.#tray.hurry()
        return
      case 'close':
        this.#stand('away', `the centre is away (${effect.why}): the night goes on without it`)
        return
    }
  }

  /** What the disk refuses lives in memory, and the centre is told that this device is not well. */
  #onDisk(write: () => void): void {
    try {
      write()
    } catch (error) {
      if (this.#isUnkept) return
      this.#isUnkept = true
      this.#options.tell(`what waits for the centre cannot be kept: ${(error as Error).message}`)
      queueMicrotask(() => this.fault('disk', true))
      this.#step({ kind: 'ceiling', ceiling: 'natural' })
    }
  }

  #keepCentre(changes: Partial<KeptCentre>): void {
    this.#centre = { ...this.#centre, ...changes }
    this.#onDisk(() => this.#options.folder.keepCentre(this.#centre))
  }

  #step(said: CentreSaid): void {
    const input = { ...said, nowS: this.#link.nowS() } as CentreModeInput
    const { state, word } = centreModeStep(this.#mode, input)
    this.#mode = state
    if (word === undefined) return
    if (word.say === 'ask') this.#night?.askFor(word.to)
    else this.#night?.say({ kind: 'facility', word: { say: word.say, reason: this.#fell } })
  }

  /** What the wire has no words for is not told: it would end every connection that it is sent on. */
  #tellEvent(event: DeviceEvent): void {
    const isTold = decodeEvent(encodeEvent({ boot: 0, seq: 0, event })).ok
    if (isTold && !this.#isClosed) this.#link.say({ kind: 'event', event })
  }

  #beat(): void {
    this.#doubtClock()
    const nowS = this.#link.nowS()
    if (this.#tray.isDue(nowS, this.#frames.stage)) {
      for (const event of this.#events.sum(this.#atMs, this.#moment())) this.#tellEvent(event)
      const stage = this.#frames.stage
      const { mode } = this.#events
      const consent = this.#events.consent.mode
      const release = this.#release
      const wallOffsetS = Math.max(0, Math.round(this.#wallMs() / 1000 - nowS))
      const head = { wallOffsetS, mode, consent, release, asleep: stage > 0 }
      const block = this.#tray.put(nowS, this.#frames.frame(), head, !Number.isNaN(stage))
      if (block) this.#link.say({ kind: 'frames', frames: block })
      if (this.#clockFault) {
        this.#clockFault = false
        this.#tellEvent({ kind: 'fault', atS: nowS, fault: 'clock', begins: false })
      }
    }
    if (this.#link.session.isLive && nowS - this.#lookedS >= LOOK_S) {
      this.#lookedS = nowS
      this.#onDisk(() => this.#pieces.look())
    }
    this.#stopBeat = this.#timer.after(BEAT_MS, () => this.#beat())
  }

  /** Monotonic clocks stand while a machine sleeps: what was granted is void (rule F25). */
  #doubtClock(): void {
    const nowS = this.#link.nowS()
    const aheadMs = this.#wallMs() - nowS * 1000
    const stepMs = aheadMs - this.#wallAheadMs
    this.#wallAheadMs = aheadMs
    if (Math.abs(stepMs) <= DOUBT_MS) return
    this.#link.say({ kind: 'clock-doubt' })
    this.#clockFault = true
    this.#tellEvent({ kind: 'fault', atS: nowS, fault: 'clock', begins: true })
  }

  #retryS(attempt: number): number {
    this.#stand('away', 'the centre is away: the night goes on without it')
    const { device, boot } = this.#options.folder
    const { spreadS, url } = this.#centre
    // It may have come back at another port.
    void aboutCentre(url).then((about) => {
      if (!about.ok || this.#isClosed || about.value.grantKey !== this.#centre.grantKey) return
      const { mqttPort } = about.value
      if (mqttPort !== this.#centre.mqttPort) this.#keepCentre({ mqttPort })
    })
    if (attempt <= 1) return firstWaitS(device, boot * 65_536 + ++this.#losses, spreadS)
    return backOffS(attempt - 1, Math.random(), spreadS)
  }

  #stand(standing: 'live' | 'away', text: string): void {
    if (this.#isClosed || this.#standing === standing) return
    this.#standing = standing
    this.#options.tell(text)
  }
}
