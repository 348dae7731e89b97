import { describeProblem } from '@nocturne/core/math'
import {
  armOf,
  conductOf,
  type NightHeader,
  openTrial,
  PARAMETERS,
  sealedArm,
  type Trial,
} from '@nocturne/core/night'
import { type Arguments, numberOption, UsageError } from './command.ts'
import { openShelvedTrial, shelvedSecret } from './trial-shelf.ts'

/** How a night is carried out: under an arm that is told, or one that a sealed trial hides. */
export type NightArm = {
  /** What may be said of it. */
  readonly told: 'stim' | 'sham' | 'sealed'
  /** Whether a sound heard at this device time, ms, is as many zeros. */
  mutedAt(heardMs: number): boolean
  /** All sounds of the night are silence; undefined where a sealed trial does not tell. */
  readonly silent: boolean | undefined
  /** What the box keeps of a hidden arm. */
  readonly sealed?: Uint8Array
  /** The header of the night under this arm: the same for sound and muted sham. */
  headed(header: NightHeader): NightHeader
}

/** Nights in a row with sound that a trial with silent nights can have at most, less one (N68). */
const MOST_SINCE_SILENT = 5
/** Nights in a row with sound after which a silent one is due (N68). */
const SOUND_NIGHTS = 6
/** Nights in control after which two free ones are due (N69). */
const ROW_NIGHTS = 14

/**
 * The arm of a call: `--arm stim|sham` as told, or that of a night of `--trial NAME`, drawn by its
 * sealed seed and shown nowhere (rules N80, N81).
 */
export async function nightArm(args: Arguments): Promise<NightArm> {
  const name = args.text('trial')
  if (name !== undefined) return trialArm(name, args)
  if (args.text('night') !== undefined)
    throw new UsageError('--night: got no --trial, expected one')
  const told = args.text('arm') ?? 'stim'
  if (told !== 'stim' && told !== 'sham') {
    throw new UsageError(`--arm: got "${told}", expected stim or sham`)
  }
  const silent = told === 'sham'
  return { told, mutedAt: () => silent, silent, headed: (header) => header }
}

async function trialArm(name: string, args: Arguments): Promise<NightArm> {
  for (const other of ['arm', 'seed']) {
    if (args.text(other) === undefined) continue
    throw new UsageError(`--${other}: got one beside --trial, expected the trial's own`)
  }
  const trial = await openShelvedTrial(name)
  if (trial.opened) throw new UsageError(`${name}: got an opened trial, expected a sealed one`)
  const opened = openTrial(trial, await shelvedSecret(name))
  if (!opened.ok) throw new UsageError(`${name}: ${describeProblem(opened.problem)}`)
  const { seed } = opened.value.opened!
  const night = nightOf(trial, args)
  const drawn = armOf(trial.design, seed, night)
  const conduct = conductOf(drawn, seed, night, trial.design.blockMin)
  return {
    told: 'sealed',
    mutedAt: conduct.mutedAt,
    // Every night of blocks has sound, by a design that anyone may read.
    silent: drawn === 'blocks' ? false : undefined,
    sealed: sealedArm(drawn, seed, night),
    headed: (header) => headed(header, trial, conduct),
  }
}

/** `--night N`, 1 is the first; else the night after the last that a morning noted. */
function nightOf(trial: Trial, args: Arguments): number {
  const { nights } = trial.design
  const asked = numberOption(args, 'night', 1, nights)
  const night = asked === undefined ? (trial.nights.at(-1)?.night ?? -1) + 1 : asked - 1
  if (Number.isInteger(night) && night < nights) return night
  throw new UsageError(`--night: got ${night + 1}, expected a whole number of 1 to ${nights}`)
}

function headed(
  header: NightHeader,
  { design }: Trial,
  { aim, seed }: Pick<ReturnType<typeof conductOf>, 'aim' | 'seed'>,
): NightHeader {
  const { release, history = {} } = header
  if ((history.nightsInRow ?? 0) >= ROW_NIGHTS) {
    const due = `${history.nightsInRow} nights in a row in control`
    throw new UsageError(`--trial: got ${due}, expected two nights without first (rule N69)`)
  }
  const isBlocks = design.blockMin !== undefined
  if (isBlocks && (history.sinceSilent ?? 0) >= SOUND_NIGHTS) {
    const due = `${history.sinceSilent} nights in a row with sound`
    throw new UsageError(`--trial: got ${due}, expected one without first (rule N68)`)
  }
  // No level follows the brain's answer, which a muted night does not have (rule N80).
  const parameters = { ...release.parameters, evokedTargetUv: PARAMETERS.evokedTargetUv.to }
  // The draw itself keeps rule N68, and the log of nights cannot know which of them were silent.
  const { sinceSilent } = history
  const capped =
    design.control === 'random-phase' || isBlocks || sinceSilent === undefined
      ? {}
      : { sinceSilent: Math.min(sinceSilent, MOST_SINCE_SILENT) }
  return {
    ...header,
    ...{ aim, seed },
    release: { ...release, name: `${release.name}-trial`, parameters },
    history: { ...history, ...capped },
  }
}
