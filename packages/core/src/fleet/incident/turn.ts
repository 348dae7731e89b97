import { type Incident, type Piece, type TimelineEntry, timed } from './incident.ts'
import type { IncidentEffect, IncidentInput, IncidentRefusal } from './input.ts'
import type { SafeAction } from './safe-action.ts'

/** Without a sign for so long an incident is quiet, ms. */
export const QUIET_MS = 600_000

/** Span of a black box before and after the first sign that is asked for, ms. */
export const PIECE_MS = 600_000

const MOST_PIECES = 32
const MOST_TIMELINE = 500
const LONGEST_WORDS = 2000

type Told = Exclude<IncidentInput, { kind: 'signal' | 'tick' }>
/** The incident after it with what follows, or why it was not done. */
export type Turned =
  | { readonly incident: Incident; readonly effects?: readonly IncidentEffect[] }
  | IncidentRefusal

/** What a person's word, a sleeper's answer or a finding makes of an incident that is not closed. */
export function turn(incident: Incident, input: Told): Turned {
  const isFull = incident.timeline.length >= MOST_TIMELINE
  if (isFull && input.kind !== 'close') return 'full'
  if (input.kind === 'finding') return found(incident, input)
  if (input.kind === 'ask-piece') return asked(incident, input)
  if (input.kind === 'answer') return answered(incident, input)
  if (input.kind === 'piece') return arrived(incident, input)
  return ordered(incident, input)
}

type Order = Extract<Told, { kind: 'ack' | 'recover' | 'mitigate' | 'note' | 'close' }>

function ordered(incident: Incident, input: Order): Turned {
  const { atMs, operator } = input
  const words = 'words' in input ? input.words.trim().slice(0, LONGEST_WORDS) : ''
  if ('words' in input && words === '') return 'no-words'
  const isQuiet = atMs - incident.signalMs >= QUIET_MS
  const tell = (what: TimelineEntry['what'], change: Partial<Incident>): Turned => ({
    incident: timed({ ...incident, ...change }, { atMs, what, who: operator, words }),
  })
  switch (input.kind) {
    case 'note':
      return tell('note', {})
    case 'ack':
      return incident.status === 'open' ? tell('acked', { status: 'acked' }) : 'not-now'
    case 'mitigate':
      return tell('mitigated', { status: 'mitigating' })
    case 'recover':
      if (incident.status !== 'mitigating') return 'not-now'
      return isQuiet ? tell('recovering', { status: 'recovering' }) : 'still-going-on'
    case 'close': {
      if (!isQuiet) return 'still-going-on'
      // What was mended was mitigated and has recovered; what was nothing may be closed as nothing.
      if (input.as === 'mended' && incident.status !== 'recovering') return 'not-now'
      return tell('closed', { status: 'closed', closed: { as: input.as, words, operator } })
    }
  }
}

function found(
  incident: Incident,
  { release, lastGood, words, atMs }: Extract<Told, { kind: 'finding' }>,
): Turned {
  const suspect = { release, lastGood, by: 'replay' } as const
  const told = words.slice(0, LONGEST_WORDS)
  return {
    incident: timed({ ...incident, suspect }, { atMs, what: 'finding', who: '', words: told }),
  }
}

function asked(
  incident: Incident,
  { device, fromMs, toMs, operator, atMs }: Extract<Told, { kind: 'ask-piece' }>,
): Turned {
  if (!(toMs > fromMs) || toMs - fromMs > 2 * PIECE_MS) return 'not-now'
  if (incident.pieces.some((piece) => piece.device === device)) return 'not-now'
  if (incident.pieces.length >= MOST_PIECES) return 'full'
  const action = { do: 'ask-piece', incident: incident.id, device, fromMs, toMs } as const
  const pieces = [...incident.pieces, pieceOf(action)]
  const actions = [...incident.actions, { atMs, action }]
  const entry = { atMs, what: 'piece', who: operator, words: `asked ${device}` } as const
  return {
    incident: timed({ ...incident, pieces, actions }, entry),
    effects: [{ kind: 'act', incident: incident.id, action }],
  }
}

function answered(
  incident: Incident,
  { device, granted, verified, atMs }: Extract<Told, { kind: 'answer' }>,
): Turned {
  const piece = incident.pieces.find((other) => other.device === device)
  if (piece?.status !== 'asked') return 'not-now'
  if (granted && !verified) return 'not-consented'
  const next: Piece = { ...piece, status: granted ? 'granted' : 'declined' }
  return {
    incident: withPiece(incident, next, atMs),
    effects: granted ? [{ kind: 'fetch-piece', incident: incident.id, piece: next }] : [],
  }
}

function arrived(
  incident: Incident,
  { device, digest, atMs }: Extract<Told, { kind: 'piece' }>,
): Turned {
  const piece = incident.pieces.find((other) => other.device === device)
  if (piece?.status !== 'granted') return 'not-consented'
  return { incident: withPiece(incident, { ...piece, status: 'came', digest }, atMs) }
}

function withPiece(incident: Incident, piece: Piece, atMs: number): Incident {
  const pieces = incident.pieces.map((other) => (other.device === piece.device ? piece : other))
  const words = `${piece.status} ${piece.device}`
  return timed({ ...incident, pieces }, { atMs, what: 'piece', who: '', words })
}

/** A piece that was just asked for. */
export function pieceOf({ device, fromMs, toMs }: Extract<SafeAction, { do: 'ask-piece' }>): Piece {
  return { device, fromMs, toMs, status: 'asked' }
}
