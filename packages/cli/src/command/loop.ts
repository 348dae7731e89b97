import {
  clickSamples,
  cueSamples,
  FadeNoise,
  type LoopEvent,
  type LoopInput,
  loadStarterStager,
  type NightHeader,
  type PlacedSound,
  StimulusPhase,
  wavChunks,
} from '@nocturne/core/night'
import { FileActor, NightRun, openBoxFile, SOUND_RATE_HZ, type Source } from '@nocturne/edge'
import { type Arguments, type Command, type Io, UsageError } from '../command.ts'
import { earlierTonight } from '../earlier-tonight.ts'
import { type LoopDocument, loopText, nightDocument } from '../loop-text.ts'
import { type NightArm, nightArm } from '../night-arm.ts'
import {
  closedOnError,
  FILE_FULL_SCALE_DBA,
  montageLattices,
  NIGHT_OPTIONS,
  nightSetup,
  nightSource,
} from '../night-setup.ts'
import { personalPredictor, writePersonal } from '../personal-predictor.ts'
import { writeWholeFile } from '../whole-file.ts'

/** `nocturne loop`: a closed-loop night from a source, into a black box. */
export const command: Command = {
  name: 'loop',
  summary: 'Run a closed-loop night from a recording, a made-up sleeper or a stream',
  usage:
    'loop SRC (--consent FILE | --rehearse MODE) --box FILE [--release FILE] [--arm stim|sham | --trial NAME]',
  example: 'nocturne loop night.edf --rehearse control --box night.box',
  positionals: [1, 1],
  options: {
    ...NIGHT_OPTIONS,
    box: { type: 'string', value: 'FILE', help: 'the black box to write' },
    speed: {
      type: 'string',
      value: 'N',
      help: '1 is real time, 0 as fast as it goes (0 for a recording)',
    },
    zone: { type: 'string', value: 'ZONE', help: "the sleeper's time zone (UTC)" },
    personal: { type: 'string', value: 'FILE', help: "the sleeper's own phase predictor, JSON" },
    learn: { type: 'string', value: 'FILE', help: 'write the predictor as this night taught it' },
    wav: {
      type: 'string',
      value: 'FILE',
      help: 'write what would have sounded; silent when sham, and not for a sealed --trial',
    },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const path = args.text('box')
  if (path === undefined) throw new UsageError('--box: got nothing, expected a FILE to write')
  const arm = await nightArm(args)
  if (arm.sealed !== undefined && args.text('wav') !== undefined) {
    throw new UsageError('--wav: got one beside --trial, whose arm it would tell; expected none')
  }
  const source = await nightSource(args, args.positionals[0]!, 0, args.text('zone'))
  return closedOnError(source, () => played(source, path, arm, args, io))
}

async function played(
  source: Source,
  path: string,
  arm: NightArm,
  args: Arguments,
  io: Io,
): Promise<number> {
  if (args.text('rehearse') !== undefined && source.description.live) {
    throw new UsageError('--rehearse: got a live source, expected a recording or synth:SEED')
  }
  const own = args.text('personal')
  const personal = own === undefined ? undefined : await personalPredictor(own, true)
  const stager = await loadStarterStager()
  const { live } = source.description
  const earlier = live ? await earlierTonight(args, source, stager, io) : undefined
  const setup = await nightSetup(args, source, personal, earlier?.part)
  const { montage, opening } = setup
  const header = arm.headed(setup.header)
  for (const note of setup.notes) io.err(`${note}\n`)
  const box = await openBoxFile(path, {
    // A night that can be played again may be written again; one that was lived may not.
    replace: !live,
    lattices: montageLattices(montage, source),
    ...(earlier && { after: earlier.part.after }),
  })
  const phase = new StimulusPhase(header.montage.rateHz)
  const actor = new FileActor(header.token)
  const told = progressOf(source, io)
  const night = new NightRun({
    ...{ source, header, montage, actor, box, opening, stager, fromMs: setup.fromMs },
    ...(arm.sealed ? { sealed: arm.sealed } : {}),
    onStep: (input: LoopInput, _events: readonly LoopEvent[]) => {
      if (input.kind !== 'samples') return
      phase.push(input.first, input.columns[0]!)
      told(input.atMs)
    },
  })
  const stop = (): void => void source.close()
  io.signal.addEventListener('abort', stop)
  const lost = await night.run()
  io.signal.removeEventListener('abort', stop)
  io.progress('', 1)
  io.signal.throwIfAborted()
  if (lost > 0)
    throw new UsageError(`${path}: got a medium that lost ${lost} records, expected space`)
  const learn = args.text('learn')
  if (learn !== undefined && night.learned !== undefined) await writePersonal(learn, night.learned)
  const wav = args.text('wav')
  if (wav !== undefined) await writeNightSound(wav, actor, night.atMs / 1000, arm)
  const document = documentOf(night, phase, arm, header.montage, path)
  io.out(args.flag('json') ? `${JSON.stringify(document)}\n` : loopText(document, night.atMs))
  return 0
}

function documentOf(
  { tally }: NightRun,
  phase: StimulusPhase,
  arm: NightArm,
  { rateHz }: NightHeader['montage'],
  box: string,
): LoopDocument {
  const { biasRad, circularSdRad, resultant, n } = phase.error(
    tally.stimuli.map(({ atS }) => atS * rateHz),
    tally.stimuli.map(({ targetRad }) => targetRad),
  )
  const aim = n > 0 ? { biasRad, circularSdRad, resultant, n } : undefined
  return nightDocument(tally, arm.told, box, aim)
}

/** What would have sounded in a night, as a sound file. */
async function writeNightSound(
  path: string,
  actor: FileActor,
  seconds: number,
  { mutedAt }: NightArm,
): Promise<void> {
  const sounds = soundsOf(actor)
  await writeWholeFile(path, wavChunks(sounds, seconds, SOUND_RATE_HZ, mutedAt))
}

/** The sounds of a night in order of time, each made when it is asked for. */
function* soundsOf(actor: FileActor): Generator<PlacedSound> {
  const heard = actor.sounds.filter(({ command: { lease } }) => lease.actuator !== 'light')
  heard.sort((a, b) => a.heardAtMs - b.heardAtMs)
  const isFade = ({ command: { lease } }: (typeof heard)[number]): boolean =>
    lease.action === 'fade'
  const noise = heard.some(isFade) ? new FadeNoise(SOUND_RATE_HZ, 0) : undefined
  for (const [seed, sound] of heard.entries()) {
    const { heardAtMs, levelDb, command, cutAtMs } = sound
    const { action, notAfterMs } = command.lease
    const level = { levelDb, fullScaleDbA: FILE_FULL_SCALE_DBA }
    const make = action === 'click' ? clickSamples : cueSamples
    const inEveryArm = isFade(sound)
    const whole = inEveryArm
      ? noise!.piece(level, (notAfterMs - heardAtMs) / 1000)
      : make(level, SOUND_RATE_HZ, seed)
    const lastsS = ((cutAtMs ?? notAfterMs) - heardAtMs) / 1000
    const samples = whole.subarray(0, Math.round(lastsS * SOUND_RATE_HZ))
    yield { atS: heardAtMs / 1000, samples, inEveryArm }
  }
}

/** How far a played night has come, by the length that the source says it has. */
function progressOf({ description }: Source, io: Io): (atMs: number) => void {
  const { durationS } = description
  let next = 0
  return (atMs) => {
    if (durationS === undefined || atMs < next) return
    next = atMs + 10_000
    io.progress('the night', Math.min(0.999, atMs / 1000 / durationS))
  }
}
