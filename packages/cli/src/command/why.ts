import { describeProblem } from '@nocturne/core/math'
import {
  deviceTimeOfClock,
  type Moment,
  momentAccount,
  momentFigure,
  momentOf,
  momentText,
} from '@nocturne/core/night'
import type { ByteSource } from '@nocturne/core/signal'
import { headerOf, withBox } from '../box-reading.ts'
import { type Arguments, type Command, type Io, UsageError } from '../command.ts'
import { pictureOf } from '../picture.ts'
import { writeWholeFile } from '../whole-file.ts'

/** `nocturne why`: one moment of a night explained in words and as a picture. */
export const command: Command = {
  name: 'why',
  summary: 'Explain one moment of a night: the signal, the phase, the stage, the rule that decided',
  usage: 'why BOX --at HH:MM:SS [--out FILE.svg|png] [--theme light|dark]',
  example: 'nocturne why night.box --at 02:14:07 --out why.png',
  positionals: [1, 1],
  options: {
    at: { type: 'string', value: 'TIME', help: 'local time of the night, HH:MM:SS' },
    out: { type: 'string', value: 'FILE', help: 'the picture, .svg or .png' },
    theme: { type: 'string', value: 'T', help: 'colours of the picture: light or dark (light)' },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const [path] = args.positionals as [string]
  const out = args.text('out')
  const kind = /\.(svg|png)$/i.exec(out ?? '')?.[1]?.toLowerCase()
  if (out !== undefined && kind === undefined) {
    throw new UsageError(`--out: got ${out}, expected a name ending in .svg or .png`)
  }
  const theme = args.text('theme') ?? 'light'
  if (theme !== 'light' && theme !== 'dark') {
    throw new UsageError(`--theme: got "${theme}", expected light or dark`)
  }
  const at = args.text('at')
  if (at === undefined) throw new UsageError('--at: got nothing, expected a local time HH:MM:SS')
  const moment = await withBox(path, ({ sources }) => momentAt(sources, path, at))
  const account = momentAccount(moment)
  if (out !== undefined) {
    const svg = momentFigure(moment, { theme, background: true })
    await writeWholeFile(out, kind === 'svg' ? svg : pictureOf(svg))
  }
  const document = { ...account, ...(out !== undefined && { picture: out }) }
  io.out(args.flag('json') ? `${JSON.stringify(document)}\n` : momentText(account))
  return 0
}

async function momentAt(sources: readonly ByteSource[], path: string, at: string): Promise<Moment> {
  const header = await headerOf(sources, path)
  const askedMs = deviceTimeOfClock(header, at)
  if (askedMs === undefined) {
    throw new UsageError(`--at: got "${at}", expected a local time HH:MM:SS of that night`)
  }
  const moment = await momentOf(sources, askedMs)
  if (!moment.ok) throw new UsageError(`${path}: ${describeProblem(moment.problem)}`)
  return moment.value
}
