import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describeProblem } from '@nocturne/core/math'
import { cutBox } from '@nocturne/core/night'
import { keptDevices, type PieceAsk, PieceAsks } from '@nocturne/edge'
import { headerOf, withBox } from './box-reading.ts'
import { type Arguments, type CommandOption, type Io, UsageError } from './command.ts'
import { signPieceHere } from './consent-shelf.ts'
import { boxesFolder } from './earlier-tonight.ts'
import { momentText } from './fleet-text.ts'
import { homeFolder } from './model-shelf.ts'

/** The options of `nocturne consent piece`. */
export const CONSENT_PIECE_OPTIONS: Readonly<Record<string, CommandOption>> = {
  yes: { type: 'boolean', help: 'piece: sign a yes to just this span, for just this incident' },
  no: { type: 'boolean', help: 'piece: nothing is given, and nobody asks again' },
  box: { type: 'string', value: 'FILE', help: 'piece: the box that it is in (looked for)' },
}

/** Boxes that are looked through, the newest first. */
const MOST_BOXES = 60
/** No night is longer, ms. */
const NIGHT_MS = 36 * 3_600_000

type Asked = { readonly device: string; readonly asks: PieceAsks; readonly ask: PieceAsk }

/**
 * `nocturne consent piece`: what incidents of the centre ask of the black boxes of this machine;
 * with the id of one and `--yes` or `--no` the sleeper's answer, which goes to the centre in a
 * night that runs or with the next. Exit 1 where there is nothing to give.
 */
export async function runConsentPiece(
  incident: string | undefined,
  args: Arguments,
  io: Io,
): Promise<number> {
  const all = keptDevices(join(homeFolder(), 'device')).flatMap(({ path, device }) => {
    const asks = new PieceAsks(path)
    return asks.list().map((ask): Asked => ({ device, asks, ask }))
  })
  if (incident === undefined) return list(all, args, io)
  const asked = all.find(({ ask }) => ask.incident === incident)
  if (asked === undefined) {
    const known = all.map(({ ask }) => ask.incident).join(', ') || 'none that asked'
    throw new UsageError(`got "${incident}", expected ${known}`)
  }
  if (asked.ask.status !== 'asked') {
    throw new UsageError(`${incident}: got an answer before, expected none yet`)
  }
  if (args.flag('yes') === args.flag('no')) {
    throw new UsageError(`${incident}: got no answer, expected --yes or --no`)
  }
  if (args.flag('yes')) return grant(asked, args, io)
  asked.asks.decline(asked.ask)
  tell(args, io, { incident, granted: false }, `no: nothing is given for ${incident}`)
  return 0
}

function list(all: readonly Asked[], args: Arguments, io: Io): number {
  const open = all.map(({ device, ask }) => ({ device, ...ask }))
  const lines = open.map(
    ({ incident, device, status, ...span }) =>
      `${incident}  ${device}  ${spanText(span)}  ${status}`,
  )
  tell(args, io, { asks: open }, lines.join('\n') || 'nobody asks for a piece of a black box')
  return 0
}

async function grant({ device, asks, ask }: Asked, args: Arguments, io: Io): Promise<number> {
  const { incident, fromMs, toMs } = ask
  const found = await pieceOf(ask, args.text('box'))
  if (found === undefined) {
    tell(args, io, { incident, granted: false }, `no box here has anything of ${spanText(ask)}`)
    return 1
  }
  const consent = await signPieceHere({ incident, device, fromMs, toMs })
  asks.grant(ask, consent, found.piece)
  const { path, piece } = found
  const text =
    `yes, signed: what ${path} has of ${spanText(ask)}, and the settings of that night ` +
    `(${Math.ceil(piece.length / 1000)} kB), for ${incident} only; it goes with a night that is under the centre`
  tell(args, io, { incident, granted: true, box: path, bytes: piece.length }, text)
  return 0
}

/** The piece out of a box that is named, or of the newest that has something of the span. */
async function pieceOf(
  ask: PieceAsk,
  named: string | undefined,
): Promise<{ readonly path: string; readonly piece: Uint8Array } | undefined> {
  // By the clock of the box, which a night that is played has to itself.
  const [fromMs, toMs] = [ask.fromMs - ask.aheadMs, ask.toMs - ask.aheadMs]
  for (const path of named === undefined ? await newestBoxes() : [named]) {
    const cut = await withBox(path, async ({ sources }) => {
      const { startMs } = await headerOf(sources, path)
      const isNear = startMs <= toMs && startMs >= fromMs - NIGHT_MS
      return isNear ? cutBox(sources, { fromMs, toMs }) : undefined
    }).catch((error: Error) => {
      // A box that cannot be read is none, unless it was named.
      if (named !== undefined) throw error
      return undefined
    })
    if (cut?.ok) return { path, piece: cut.value }
    if (cut?.ok === false && cut.problem.code === 'CUT_SIZE') {
      throw new UsageError(describeProblem(cut.problem))
    }
  }
  return undefined
}

async function newestBoxes(): Promise<string[]> {
  const names = await readdir(boxesFolder()).catch(() => [])
  const boxes = names.filter((name) => name.endsWith('.box')).sort()
  return boxes
    .slice(-MOST_BOXES)
    .reverse()
    .map((name) => join(boxesFolder(), name))
}

function spanText({ fromMs, toMs }: Pick<PieceAsk, 'fromMs' | 'toMs'>): string {
  return `${momentText(fromMs)} to ${momentText(toMs)}`
}

function tell(args: Arguments, io: Io, document: object, text: string): void {
  io.out(args.flag('json') ? `${JSON.stringify(document)}\n` : `${text}\n`)
}
