import { GATE_REASONS, type Mode, REASONS } from '@nocturne/core/night'
import type { NightTally, ToldModeChange } from '@nocturne/edge'

/** What a loop has to tell at the end of a night. */
export type LoopDocument = {
  readonly stimuli: readonly { readonly arm: string }[]
  readonly decisions: {
    readonly allowed: number
    readonly refused: Readonly<Record<string, number>>
  }
  readonly phase?: {
    readonly biasRad: number
    readonly circularSdRad: number
    readonly resultant: number
    readonly n: number
  }
  /** Pieces of bedtime fades; missing where there was none. */
  readonly fades?: number
  readonly modeChanges: readonly ToldModeChange[]
  readonly latencyUs: { readonly p50: number; readonly p99: number; readonly p999: number }
  readonly box: string
}

/**
 * What a night counted, as it is told: with its arm, its box, and where its sounds fell, if known.
 */
export function nightDocument(
  tally: NightTally,
  arm: string,
  box: string,
  phase?: LoopDocument['phase'],
): LoopDocument {
  return {
    stimuli: tally.stimuli.map((each) => ({ ...each, arm })),
    decisions: { allowed: tally.allowed, refused: tally.refused },
    ...(phase === undefined ? {} : { phase }),
    ...(tally.fades === 0 ? {} : { fades: tally.fades }),
    ...{ modeChanges: tally.modeChanges, latencyUs: tally.latencyUs(), box },
  }
}

const DEGREES = 180 / Math.PI
const WIDTH = 20
const ARM_TEXTS: Readonly<Record<string, string>> = {
  sham: ' (sham: decided alike, and silent)',
  sealed: ' (or as many silences: the arm is sealed)',
}

/**
 * The night in words: what sounded, how well it was aimed, why the rest did not, and where it is.
 */
export function loopText(document: LoopDocument, lengthMs: number): string {
  const { stimuli, decisions, phase, fades, modeChanges, latencyUs, box } = document
  const refused = Object.entries(decisions.refused).sort((a, b) => b[1] - a[1])
  const total = refused.reduce((sum, [, count]) => sum + count, decisions.allowed)
  const arm = ARM_TEXTS[stimuli[0]?.arm ?? ''] ?? ''
  return [
    `${(lengthMs / 3_600_000).toFixed(1)} h, ${total} moments at which a sound was possible`,
    `  ${stimuli.length} sounds${arm}${aimText(phase)}`,
    ...(fades === undefined ? [] : [`  ${fades} pieces of a bedtime fade, alike in every arm`]),
    ...modeChanges.slice(0, 12).map(modeText),
    refused.length === 0 ? '  nothing was refused' : '  and why the others were not:',
    ...refused.map(([code, count]) => `  ${String(count).padStart(8)}  ${reasonText(code)}`),
    `  a step took ${latencyUs.p50} us (median), ${latencyUs.p99} us (1 in 100), ${latencyUs.p999} us (1 in 1000)`,
    `  ${box}: nocturne replay ${box} runs it again; nocturne why ${box} --at HH:MM:SS explains a moment`,
    '',
  ].join('\n')
}

function aimText(phase: LoopDocument['phase']): string {
  if (phase === undefined) return ''
  const bias = (phase.biasRad * DEGREES).toFixed(0)
  const spread = (phase.circularSdRad * DEGREES).toFixed(0)
  return `, on the wave with a bias of ${bias} and a spread of ${spread} degrees (n = ${phase.n})`
}

function modeText({ atS, from, to, code }: ToldModeChange): string {
  const isBack = code === 'SIGNAL_LOST' && from === 'natural'
  const why = isBack ? 'The signal had been good for five minutes again.' : reasonText(code)
  return `  ${clock(atS)} ${arrow(from, to)}: ${why}`
}

function arrow(from: Mode, to: Mode): string {
  return `${from} -> ${to}`
}

function clock(atS: number): string {
  const s = Math.floor(atS)
  const part = (v: number): string => String(v).padStart(2, '0')
  return `+${part(Math.floor(s / 3600))}:${part(Math.floor(s / 60) % 60)}:${part(s % 60)}`
}

function reasonText(code: string): string {
  const name = code.padEnd(WIDTH)
  const says =
    REASONS[code as keyof typeof REASONS] ?? GATE_REASONS[code as keyof typeof GATE_REASONS]
  return says === undefined ? name : `${name} ${says.says}`
}
