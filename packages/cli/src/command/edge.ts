import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  FadeNoise,
  loadStarterStager,
  type Mode,
  type NightHeader,
  shippedRelease,
} from '@nocturne/core/night'
import {
  type Actor,
  FileActor,
  HomeAssistant,
  JoinedActor,
  LampOutput,
  measureSoundLatency,
  NightAccount,
  NightRun,
  type NightWord,
  nodeTimer,
  openBoxFile,
  SOUND_RATE_HZ,
  SOUND_REACH_MS,
  SoundActor,
  type SoundLatency,
  type Source,
  systemPlayer,
  systemRecorder,
  type Uplink,
} from '@nocturne/edge'
import { type Arguments, type Command, type Io, numberOption, UsageError } from '../command.ts'
import { watchConsent } from '../consent-watch.ts'
import { boxesFolder, earlierTonight } from '../earlier-tonight.ts'
import { type Lab, labOf } from '../lab-streams.ts'
import { loopText, nightDocument } from '../loop-text.ts'
import { type NightArm, nightArm } from '../night-arm.ts'
import { CENTRE_OPTIONS, centreDevice, rehearsedUnderCentre, releasedBy } from '../night-centre.ts'
import { hearKeys, NIGHT_KEYS } from '../night-keys.ts'
import { beginNight } from '../night-log-file.ts'
import { NightScreen } from '../night-screen.ts'
import {
  closedOnError,
  montageLattices,
  NIGHT_OPTIONS,
  type NightSetup,
  nightSetup,
  nightSource,
} from '../night-setup.ts'
import { startedOrTold } from '../night-start.ts'
import { keepPersonal, keptPersonal } from '../personal-predictor.ts'

/** Time for Home Assistant's retained messages about lamps to arrive, ms. */
const LAMPS_MS = 2000

/** `nocturne edge`: a bedside box, from a headband to a loudspeaker and lamps. */
export const command: Command = {
  name: 'edge',
  summary: 'Run a night on this device: a headband in, sound and lamps out, a black box kept',
  usage: 'edge --source SRC (--consent FILE | --rehearse MODE) [--sound] [--home-assistant URL]',
  example: 'nocturne edge --source synth:1 --rehearse control --speed 60',
  positionals: [0, 0],
  options: {
    ...NIGHT_OPTIONS,
    ...CENTRE_OPTIONS,
    source: { type: 'string', value: 'SRC', help: 'FILE.edf, synth:SEED, lsl:NAME or serial:PATH' },
    box: { type: 'string', value: 'FILE', help: 'the black box (one a night in the home folder)' },
    sound: { type: 'boolean', help: "play through the system's player, its delay measured first" },
    latency: {
      type: 'string',
      value: 'MS,SD',
      help: 'the delay of the loudspeaker, measured before',
    },
    'ear-level': { type: 'string', value: 'DB', help: 'dB(A) at the ear of full scale, measured' },
    'home-assistant': { type: 'string', value: 'URL', help: 'MQTT broker: mqtt://host:1883' },
    lamp: {
      type: 'string',
      value: 'NAME=LUX',
      help: 'lamp, and its melanopic lux at the eye when full',
    },
    lsl: {
      type: 'string',
      value: 'NAME',
      help: 'give signal and markers to a laboratory under NAME',
    },
    speed: { type: 'string', value: 'N', help: 'speed of a played source (1)' },
    zone: { type: 'string', value: 'ZONE', help: "the sleeper's time zone (this machine's)" },
  },
  notes: NIGHT_KEYS,
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  return startedOrTold(args, async (begun) => {
    const source = await sourceOf(args)
    const call = rehearsedUnderCentre(args, source.description.live)
    return closedOnError(source, () => liveOn(source, call, io, begun))
  })
}

async function liveOn(source: Source, args: Arguments, io: Io, begun: () => void): Promise<number> {
  const rehearsal = args.text('rehearse') !== undefined
  assertActsOnNobody(args, source.description.live, rehearsal)
  const arm = await nightArm(args)
  const stager = await loadStarterStager()
  // Only a sleeper's own night is one: what is played earns nothing and uses nothing up.
  const isNight = !rehearsal && source.description.live
  const earlier = isNight ? await earlierTonight(args, source, stager, io) : undefined
  const personal = rehearsal ? undefined : await keptPersonal()
  const device = await centreDevice(args, source, stager, (text) => io.err(`${text}\n`))
  const set = await nightSetup(args, source, personal, earlier?.part)
  const setup = { ...set, header: arm.headed(releasedBy(device, args, set.header)) }
  const latency = args.flag('sound') ? await latencyOf(args, io) : undefined
  const bed = await bedsideOf(args, setup, arm, source, latency)
  const screen = new NightScreen(io, bed.home)
  const uplink = device?.uplink(setup)
  const beside = rehearsal ? device?.name : undefined
  const path = earlier?.path ?? args.text('box') ?? boxPath(setup.header.startMs, beside)
  await mkdir(dirname(path), { recursive: true })
  const box = await openBoxFile(path, {
    replace: rehearsal,
    lattices: montageLattices(setup.montage, source),
    ...(earlier && { after: earlier.part.after }),
  })
  for (const note of setup.notes) screen.tell(note)
  for (const flaw of missingOutputs(args, setup)) screen.tell(flaw)
  const log = isNight ? await beginNight(setup.evening, setup.mode === 'control') : undefined
  begun()
  const account = new NightAccount(setup.header.montage.rateHz)
  const night = new NightRun({
    ...{ source, montage: setup.montage, actor: bed.actor, box },
    ...{ header: bed.header, fromMs: setup.fromMs, stager },
    opening: uplink?.opening(bed.opening) ?? bed.opening,
    ...(arm.sealed ? { sealed: arm.sealed } : {}),
    onChunk: (chunk) => uplink?.takeBody(chunk),
    onStep: (input, events) => {
      screen.show(input, events)
      account.take(input, events)
      uplink?.take(input, events)
      bed.lab?.follow(input, events)
    },
  })
  bed.home?.onStop((by) => night.say({ kind: 'stop', by }))
  source.onNotice(({ text }) => screen.tell(text))
  const given = rehearsal ? [] : bed.opening
  const endWatch = watchConsent(given, (word) => night.say(word))
  uplink?.begin(night)
  box.onTrouble((trouble) => uplink?.fault('disk', trouble !== undefined))
  const lost = await untilEnd(night, uplink, source, setup.mode, screen, io)
    .finally(endWatch)
    .finally(() => uplink?.close())
  const entry = account.entry(setup.evening, arm.silent)
  await log?.end(lost > 0 ? { ...entry, incident: true } : entry)
  if (lost > 0) screen.tell(`${path}: a medium without space lost ${lost} records of this night`)
  await bed.lab?.close()
  await bed.home?.close()
  if (isNight) await keepPersonal(night.learned)
  tell(args, io, night, arm, path)
  return 0
}

/** What was asked for and has nothing to come out of. */
function missingOutputs(args: Arguments, { header, opening }: NightSetup): string[] {
  const { fadeSoundDb, fadeLightLux } = header.release.parameters
  const isAllowed = opening.some(
    (word) => word.kind === 'consent' && word.consent.terms.actuators.includes('light'),
  )
  const isSilent = !args.flag('sound')
  const isDark = args.text('lamp') === undefined
  const flaws: [boolean, string][] = [
    [isSilent && args.text('wake') !== undefined, '--wake without --sound: no alarm will be heard'],
    [isSilent && fadeSoundDb > 0, 'a release with bedtime noise without --sound: none is heard'],
    [isDark && fadeLightLux > 0, 'a release with a bedtime lamp without --lamp: none is lit'],
    [
      isDark && isAllowed && args.text('rehearse') === undefined,
      'light is consented to without --lamp: none is lit, and the alarm is sound alone',
    ],
  ]
  return flaws.flatMap(([is, text]) => (is ? [text] : []))
}

/** What is played is no sleeper, and a rehearsal's consent is nobody's: a file is all that acts. */
function assertActsOnNobody(args: Arguments, live: boolean, rehearsal: boolean): void {
  if (rehearsal && live) {
    throw new UsageError('--rehearse: got a live source, expected a recording or synth:SEED')
  }
  if (live || !(args.flag('sound') || args.text('lamp') !== undefined)) return
  throw new UsageError('--sound, --lamp: got a source that is played, expected a live one')
}

/** Everything beside the bed that a night is joined to. */
type Bedside = {
  readonly header: NightHeader
  readonly opening: readonly NightWord[]
  readonly actor: Actor
  readonly home: HomeAssistant | undefined
  readonly lab: Lab | undefined
}

async function bedsideOf(
  args: Arguments,
  { header, opening, montage, fromMs }: NightSetup,
  arm: NightArm,
  source: Source,
  latency: SoundLatency | undefined,
): Promise<Bedside> {
  const earLevel = numberOption(args, 'ear-level', 30, 120)
  if (latency !== undefined && earLevel === undefined) {
    throw new UsageError(
      '--ear-level: got nothing, expected dB(A) at the ear of full scale, measured',
    )
  }
  const home = await homeOf(args)
  const lamps = home === undefined ? [] : await lampsOf(args, home)
  const joined = { ...header, noLamp: lamps.length === 0 }
  const sound = soundOf(arm, header, deviceZero(source) - fromMs, latency, earLevel)
  const measured = latency && { meanMs: latency.meanMs + SOUND_REACH_MS, sdMs: latency.sdMs }
  return {
    header: earLevel === undefined ? joined : { ...joined, fullScaleDbA: earLevel },
    opening: opening.map((word) => (word.kind === 'latency' ? { ...word, ...measured } : word)),
    actor: new JoinedActor(sound, lamps),
    home,
    lab: await labOf(args.text('lsl'), montage.montage),
  }
}

/** Runs until the source ends, a person ends it, or Ctrl-C. */
async function untilEnd(
  night: NightRun,
  uplink: Uplink | undefined,
  source: Source,
  mode: Mode,
  screen: NightScreen,
  io: Io,
): Promise<number> {
  const say = (word: NightWord): void => night.say(word)
  const askFor = (to: Mode): void => (uplink ?? night).askFor(to)
  const closeKeys = hearKeys({ say, askFor }, mode, screen)
  const stop = (): void => void source.close()
  io.signal.addEventListener('abort', stop)
  try {
    return await night.run()
  } finally {
    closeKeys()
    io.signal.removeEventListener('abort', stop)
  }
}

function tell(
  args: Arguments,
  io: Io,
  { tally, atMs }: NightRun,
  arm: NightArm,
  path: string,
): void {
  const document = nightDocument(tally, arm.told, path)
  io.out(args.flag('json') ? `${JSON.stringify(document)}\n` : loopText(document, atMs))
}

async function sourceOf(args: Arguments): Promise<Source> {
  const spec = args.text('source')
  if (spec === undefined)
    throw new UsageError('--source: got nothing, expected where signal comes from')
  const zone = args.text('zone') ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  return nightSource(args, spec, 1, zone)
}

/** The loudspeaker's delay: as given, or measured now with the system's recorder. */
async function latencyOf(args: Arguments, io: Io): Promise<SoundLatency> {
  const given = args.text('latency')
  if (given !== undefined) {
    const [meanMs = Number.NaN, sdMs = Number.NaN] = given.split(',').map(Number)
    if (meanMs >= 0 && meanMs < 1000 && sdMs >= 0) return { meanMs, sdMs, heard: 0 }
    throw new UsageError(`--latency: got "${given}", expected MS,SD like 85,3`)
  }
  const [player, recorder] = [systemPlayer(), systemRecorder()]
  if (player === undefined)
    throw new UsageError('--sound: got no player, expected pw-cat, paplay, aplay or play')
  if (recorder === undefined) {
    throw new UsageError(
      '--sound: got no recorder to measure the delay with, expected --latency MS,SD',
    )
  }
  io.err('twelve short tones: the delay of the loudspeaker is being measured\n')
  const measured = await measureSoundLatency(player, recorder, nodeTimer)
  if (measured !== undefined) return measured
  throw new UsageError(
    '--sound: got too few tones heard, expected a microphone near the ear, or --latency MS,SD',
  )
}

function soundOf(
  arm: NightArm,
  { token, release }: NightHeader,
  startedAtMs: number,
  latency: SoundLatency | undefined,
  fullScaleDbA: number | undefined,
): Actor {
  const player = systemPlayer()
  if (latency === undefined || fullScaleDbA === undefined || player === undefined) {
    return new FileActor(token)
  }
  const fades = release.parameters.fadeSoundDb > 0
  return new SoundActor({
    ...(fades ? { noise: new FadeNoise(SOUND_RATE_HZ, 0) } : {}),
    ...{ token, player, timer: nodeTimer },
    ...{ startedAtMs, latencyMs: latency.meanMs, fullScaleDbA },
    mutedAt: (heardMs) => arm.mutedAt(heardMs),
  })
}

/** The timer's time of a source's device time 0, ms. */
function deviceZero(source: Source): number {
  return nodeTimer.now() - (source.nowMs?.() ?? 0)
}

async function homeOf(args: Arguments): Promise<HomeAssistant | undefined> {
  const url = args.text('home-assistant')
  if (url === undefined) return undefined
  const box = { id: 'bedside', name: 'Nocturne', version: shippedRelease().version }
  try {
    return await HomeAssistant.connect({ url, box })
  } catch (error) {
    throw new UsageError(`--home-assistant: ${(error as Error).message}`)
  }
}

async function lampsOf(args: Arguments, home: HomeAssistant): Promise<LampOutput[]> {
  const wish = args.text('lamp')
  if (wish === undefined) return []
  const [name = '', lux = ''] = wish.split('=')
  const full = Number(lux)
  if (!(full > 0)) throw new UsageError(`--lamp: got "${wish}", expected NAME=LUX like bed=120`)
  await new Promise((done) => setTimeout(done, LAMPS_MS))
  const lamp = home.lamps.find((each) => each.name === name)
  if (lamp !== undefined) return [new LampOutput(lamp, full, home, nodeTimer)]
  const known =
    home.lamps.map((each) => each.name).join(', ') || 'none that holds a lease by itself'
  throw new UsageError(`--lamp: got "${name}", expected one of: ${known}`)
}

function boxPath(startMs: number, device?: string): string {
  const night = new Date(startMs).toISOString().slice(0, 19).replace(/[:T]/g, '-')
  return join(boxesFolder(), `${device === undefined ? night : `${night}-${device}`}.box`)
}
