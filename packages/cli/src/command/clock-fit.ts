import { clockDocument, fitClock } from '@nocturne/core/clock'
import { describeProblem } from '@nocturne/core/math'
import { rhythmSummary } from '@nocturne/core/sleep'
import { clockTextOf } from '../clock-text.ts'
import { type Arguments, type Io, UsageError } from '../command.ts'
import { EVIDENCE_OPTIONS, MOST_PERSONAL_FILES, personalEvidence } from '../personal-evidence.ts'
import { writeWholeFile } from '../whole-file.ts'
import type { ClockVerb } from './clock-verb.ts'

/** `nocturne clock fit`: a person's clock from diaries, wearables, light, genes and melatonin. */
export const FIT: ClockVerb = {
  name: 'fit',
  usage: 'fit FILE… [--light FILE] [--genome FILE] [--dlmo TIMES] [--zone Z] [--out FILE]',
  example: 'nocturne clock fit diary.csv --zone Europe/Berlin',
  positionals: [1, MOST_PERSONAL_FILES],
  options: {
    ...EVIDENCE_OPTIONS,
    out: {
      type: 'string',
      value: 'FILE',
      help: 'fit: the JSON too; plot: the picture (.svg, .png)',
    },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const evidence = await personalEvidence(args, io)
  const fit = fitClock(evidence)
  if (!fit.ok) throw new UsageError(describeProblem(fit.problem))
  const rhythm = evidence.records.flatMap((record) => rhythmSummary(record))
  const document = { ...clockDocument(fit.value), rhythm }
  const out = args.text('out')
  if (out !== undefined) await writeWholeFile(out, `${JSON.stringify(document)}\n`)
  io.out(args.flag('json') ? `${JSON.stringify(document)}\n` : clockTextOf(document, rhythm))
  return 0
}
