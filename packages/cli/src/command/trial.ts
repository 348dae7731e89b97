import { describeProblem } from '@nocturne/core/math'
import {
  analysisOf,
  checkDesign,
  type Design,
  LEAST_BLOCK_MIN,
  MOST_BLOCK_MIN,
  type NightOutcome,
  openTrial,
  readTrial,
  type Trial,
  trialPower,
  USUAL_SLEEPER,
  withOutcome,
  writeTrial,
} from '@nocturne/core/night'
import { type Arguments, type Command, type Io, numberOption, UsageError } from '../command.ts'
import { noteMorning } from '../night-log-file.ts'
import { measuredBox } from '../trial-box.ts'
import {
  addMeasured,
  keepMeasured,
  keepTrial,
  openShelvedTrial,
  secretFile,
  shelvedSecret,
  shelveTrial,
  withMeasured,
} from '../trial-shelf.ts'
import { analysisText, blockPowerText, powerText, statusText } from '../trial-text.ts'

const SIMULATED = 1000

/** `nocturne trial`: does it help this sleeper? Concealed arms, and an answer that can be none. */
export const command: Command = {
  name: 'trial',
  summary: 'Test on one sleeper, without knowing which nights, whether the sounds do anything',
  usage:
    'trial new NAME | morning BOX --trial NAME | note NAME --night N … | status NAME | unblind NAME | power',
  example: 'nocturne trial power --gain 10',
  positionals: [1, 2],
  options: {
    control: { type: 'string', value: 'ARM', help: 'new: muted, random-phase or off; muted' },
    'per-block': { type: 'string', value: 'N', help: 'new: nights of each arm in a block, 1-3; 1' },
    'block-min': {
      type: 'string',
      value: 'MIN',
      help: 'new, power: both arms in each night, in blocks of 5 to 30 min (muted only)',
    },
    nights: { type: 'string', value: 'N', help: 'new, power: nights of the trial; 28 and 140' },
    trial: { type: 'string', value: 'NAME', help: 'morning: the trial that the box is a night of' },
    night: { type: 'string', value: 'N', help: 'note: which night of the trial, 1 is the first' },
    kss: { type: 'string', value: 'N', help: 'morning, note: sleepiness now, 1 to 9' },
    guess: {
      type: 'string',
      value: 'WORD',
      help: 'morning, note: stim or sound, sham or silence, unknown',
    },
    heard: { type: 'string', value: 'YES|NO', help: 'morning, note: were sounds heard' },
    distress: { type: 'string', value: 'N', help: 'morning, note: distress of the night, 0 to 10' },
    evening: {
      type: 'string',
      value: 'DATE',
      help: 'note: evening that the distress is of, 2026-11-27 (the last night of this machine)',
    },
    swa: { type: 'string', value: 'UV2', help: 'note: 0.5-4 Hz power in the 4 s after a marker' },
    markers: { type: 'string', value: 'N', help: 'note: markers of the night' },
    arousals: { type: 'string', value: 'N', help: 'note: those with an arousal within 10 s' },
    early: { type: 'boolean', help: 'unblind: before every night is noted; it cannot be undone' },
    gain: { type: 'string', value: '%', help: 'power: gain of slow-wave power after a sound; 10' },
    pairs: { type: 'string', value: 'N', help: 'power: pairs of windows in a night; 200' },
    'pair-spread': { type: 'string', value: '%', help: 'power: spread from pair to pair; 95' },
    spread: { type: 'string', value: '%', help: 'power: spread from night to night; 12' },
    'block-spread': {
      type: 'string',
      value: '%',
      help: 'power: spread between the blocks of a pair; 47',
    },
    seed: { type: 'string', value: 'N', help: 'power: seed of the simulation; 1' },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const [verb, name] = args.positionals
  if (verb === 'power' && name === undefined) return power(args, io)
  if (name !== undefined) {
    if (verb === 'new') return start(name, args, io)
    if (verb === 'morning') return morning(name, args, io)
    if (verb === 'note') return note(name, args, io)
    if (verb === 'status') return status(name, args, io)
    if (verb === 'unblind') return unblind(name, args, io)
  }
  throw new UsageError(`got "${args.positionals.join(' ')}", expected ${command.usage}`)
}

async function start(name: string, args: Arguments, io: Io): Promise<number> {
  const blockMin = numberOption(args, 'block-min', LEAST_BLOCK_MIN, MOST_BLOCK_MIN)
  const design = checkDesign({
    control: (args.text('control') ?? 'muted') as Design['control'],
    perBlock: numberOption(args, 'per-block', 1, 3) ?? 1,
    nights: numberOption(args, 'nights', 1, 364) ?? 28,
    ...(blockMin === undefined ? {} : { blockMin }),
  })
  if (!design.ok) throw new UsageError(describeProblem(design.problem))
  const trial = await shelveTrial(name, design.value, Date.now())
  if (args.flag('json')) io.out(`${JSON.stringify(trial)}\n`)
  else io.out(`${statusText(trial)}  the secret: ${secretFile(name)} (do not read it)\n`)
  return 0
}

/** Answers go into the trial for all to see; what was measured is kept away from it (rule N80). */
async function note(name: string, args: Arguments, io: Io): Promise<number> {
  const trial = await sealedTrial(name)
  const night = numberOption(args, 'night', 1, trial.design.nights)
  if (night === undefined) throw new UsageError('--night: got nothing, expected which night')
  const told = answers(args)
  const evening = args.text('evening')
  if (evening !== undefined && !/^\d{4}-\d\d-\d\d$/.test(evening)) {
    throw new UsageError(`--evening: got "${evening}", expected a date like 2026-11-27`)
  }
  const measured = known({
    swaUv2: numberOption(args, 'swa', 1e-6, 1e6),
    markers: numberOption(args, 'markers', 0, 100_000),
    arousals: numberOption(args, 'arousals', 0, 100_000),
  })
  if (trial.design.blockMin !== undefined && Object.keys(measured).length > 0) {
    const [first] = Object.keys(measured)
    throw new UsageError(`${name}: got ${first}, expected nights of blocks measured from their box`)
  }
  if (Object.keys(measured).length > 0) await addMeasured(trial, night - 1, measured)
  const code = await keepNight(trial, night - 1, told, args, io)
  await logDistress(evening, told, io)
  return code
}

/**
 * The morning after: finds out from the box which night of the trial it is, measures it, and keeps
 * what was measured away beside the secret; only the sleeper's answers are shown.
 */
async function morning(box: string, args: Arguments, io: Io): Promise<number> {
  const name = args.text('trial')
  if (name === undefined) throw new UsageError('--trial: got nothing, expected the name of one')
  const trial = await sealedTrial(name)
  const { night, evening, measured } = await measuredBox(box, trial, await shelvedSecret(name), io)
  const told = answers(args)
  const code = await keepNight(trial, night, told, args, io)
  await keepMeasured(name, night, measured)
  await logDistress(evening, told, io)
  return code
}

/** Distress bars cues from the list of nights (rule N71): says where it went, or did not. */
async function logDistress(
  evening: string | undefined,
  { distress }: Answers,
  io: Io,
): Promise<void> {
  if (distress === undefined) return
  const under = await noteMorning(evening, { distress })
  const of = evening === undefined ? 'any evening' : `the evening of ${evening}`
  if (under !== undefined) io.err(`distress ${distress} stands in the list of nights, ${under}\n`)
  else io.err(`this machine lists no night of ${of}: distress is in the trial alone (N71)\n`)
}

async function sealedTrial(name: string): Promise<Trial> {
  const trial = await openShelvedTrial(name)
  if (trial.opened) throw new UsageError(`${name}: got an opened trial, expected a sealed one`)
  return trial
}

type Answers = {
  readonly kss: number | undefined
  readonly guess: string | undefined
  readonly heard: boolean | undefined
  readonly distress: number | undefined
}

/** What the sleeper told; a word for an arm is a word for what was to be heard. */
function answers(args: Arguments): Answers {
  const guess = args.text('guess')
  const heard = args.text('heard')
  if (heard !== undefined && heard !== 'yes' && heard !== 'no') {
    throw new UsageError(`--heard: got "${heard}", expected yes or no`)
  }
  return {
    kss: numberOption(args, 'kss', 1, 9),
    guess: guess === 'stim' ? 'sound' : guess === 'sham' ? 'silence' : guess,
    heard: heard === undefined ? undefined : heard === 'yes',
    distress: numberOption(args, 'distress', 0, 10),
  }
}

async function keepNight(
  trial: Trial,
  night: number,
  fields: Record<string, unknown>,
  args: Arguments,
  io: Io,
): Promise<number> {
  const outcome: NightOutcome = { night, ...known(fields) }
  const checked = readTrial(writeTrial(withOutcome(trial, outcome)))
  if (!checked.ok) throw new UsageError(describeProblem(checked.problem))
  await keepTrial(checked.value)
  if (args.flag('json')) io.out(`${JSON.stringify(checked.value)}\n`)
  else io.out(statusText(checked.value))
  return 0
}

/** What was given of some fields. */
function known(fields: Record<string, unknown>): Partial<NightOutcome> {
  return Object.fromEntries(Object.entries(fields).filter(([, x]) => x !== undefined))
}

async function status(name: string, args: Arguments, io: Io): Promise<number> {
  const trial = await openShelvedTrial(name)
  if (args.flag('json')) io.out(`${JSON.stringify(trial)}\n`)
  else io.out(statusText(trial))
  return 0
}

/** Exit code 1 when the trial is not at its end and `--early` was not said. */
async function unblind(name: string, args: Arguments, io: Io): Promise<number> {
  const sealed = await openShelvedTrial(name)
  const { nights, design } = sealed
  if (!sealed.opened && nights.length < design.nights && !args.flag('early')) {
    const noted = `${nights.length} of ${design.nights} nights are noted`
    io.err(`nocturne trial: ${name} stays sealed: ${noted}; --early opens it for good\n`)
    return 1
  }
  const opened = openTrial(sealed, sealed.opened ?? (await shelvedSecret(name)))
  if (!opened.ok) throw new UsageError(`${name}: ${describeProblem(opened.problem)}`)
  const whole = sealed.opened ? opened.value : await withMeasured(opened.value)
  await keepTrial(whole)
  const analysis = analysisOf(whole)
  if (args.flag('json')) io.out(`${JSON.stringify(analysis)}\n`)
  else io.out(analysisText(name, analysis))
  return 0
}

function power(args: Arguments, io: Io): number {
  const part = (option: string, usual: number, most: number): number =>
    (numberOption(args, option, option === 'gain' ? 0 : 1, most) ?? 100 * usual) / 100
  const assumed = {
    ...USUAL_SLEEPER,
    gain: part('gain', USUAL_SLEEPER.gain, 200),
    nightSd: part('spread', USUAL_SLEEPER.nightSd, 200),
    pairSd: part('pair-spread', USUAL_SLEEPER.pairSd, 500),
    blockSd: part('block-spread', USUAL_SLEEPER.blockSd, 500),
    pairs: numberOption(args, 'pairs', 1, 5000) ?? USUAL_SLEEPER.pairs,
  }
  const nights = numberOption(args, 'nights', 12, 364) ?? 140
  const seed = numberOption(args, 'seed', -1e15, 1e15) ?? 1
  const blockMin = numberOption(args, 'block-min', LEAST_BLOCK_MIN, MOST_BLOCK_MIN)
  const windows = trialPower(assumed, 'windows', nights, SIMULATED, seed, blockMin)
  if (blockMin !== undefined) {
    const byBlocks = trialPower(assumed, 'blocks', nights, SIMULATED, seed, blockMin)
    const document = { assumed, trials: SIMULATED, blockMin, ...byBlocks, windows }
    if (args.flag('json')) io.out(`${JSON.stringify(document)}\n`)
    else io.out(blockPowerText(assumed, blockMin, byBlocks, windows))
    return 0
  }
  const byArms = trialPower(assumed, 'nights', nights, SIMULATED, seed)
  const document = { assumed, trials: SIMULATED, ...windows, armsOnly: byArms }
  if (args.flag('json')) io.out(`${JSON.stringify(document)}\n`)
  else io.out(powerText(assumed, windows, byArms))
  return 0
}
