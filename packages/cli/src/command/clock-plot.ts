import { clockFigure, fitClock } from '@nocturne/core/clock'
import { describeProblem } from '@nocturne/core/math'
import { type Arguments, type Io, UsageError } from '../command.ts'
import { EVIDENCE_OPTIONS, MOST_PERSONAL_FILES, personalEvidence } from '../personal-evidence.ts'
import { pictureOf } from '../picture.ts'
import { writeWholeFile } from '../whole-file.ts'
import type { ClockVerb } from './clock-verb.ts'

/** `nocturne clock plot`: the last nights with sleep, light and the clock, as a picture. */
export const PLOT: ClockVerb = {
  name: 'plot',
  usage: 'plot FILE… --out clock.png|svg [--theme light|dark] [the options of fit]',
  example: 'nocturne clock plot diary.csv --out clock.png',
  positionals: [1, MOST_PERSONAL_FILES],
  options: {
    ...EVIDENCE_OPTIONS,
    theme: { type: 'string', value: 'T', help: 'plot: light or dark (light)' },
    out: {
      type: 'string',
      value: 'FILE',
      help: 'fit: the JSON too; plot: the picture (.svg, .png)',
    },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const out = args.text('out')
  const kind = /\.(svg|png)$/i.exec(out ?? '')?.[1]?.toLowerCase()
  if (out === undefined || kind === undefined) {
    throw new UsageError(`--out: got ${out ?? 'nothing'}, expected a name ending in .svg or .png`)
  }
  const theme = args.text('theme') ?? 'light'
  if (theme !== 'light' && theme !== 'dark') {
    throw new UsageError(`--theme: got "${theme}", expected light or dark`)
  }
  const fit = fitClock(await personalEvidence(args, io))
  if (!fit.ok) throw new UsageError(describeProblem(fit.problem))
  const svg = clockFigure(fit.value, { theme, background: true })
  await writeWholeFile(out, kind === 'svg' ? svg : pictureOf(svg))
  const nights = fit.value.nights.length
  if (args.flag('json')) io.out(`${JSON.stringify({ file: out, nights })}\n`)
  else io.out(`${out}: ${nights} nights\n`)
  return 0
}
