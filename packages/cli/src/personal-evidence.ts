import type { ClockEvidence, GenesEvidence } from '@nocturne/core/clock'
import { genomePrior, readGenotypes } from '@nocturne/core/genome'
import { describeProblem, isTimeZone, momentOfText, type TimeZone } from '@nocturne/core/math'
import type { PersonalRecord } from '@nocturne/core/sleep'
import { byteChunks } from './byte-chunks.ts'
import { type Arguments, type Io, UsageError } from './command.ts'
import { fileSource } from './file-source.ts'
import { readPersonalFile } from './personal-files.ts'

/** Files of one person that a fit reads at most. */
export const MOST_PERSONAL_FILES = 50

/** The options that say what a fit may use, for the commands that fit. */
export const EVIDENCE_OPTIONS = {
  genome: { type: 'string', value: 'FILE', help: 'a genotype file: a prior of the period' },
  light: {
    type: 'string',
    value: 'FILE',
    help: 'simulate: {"dt_h":.1,"light_lux":[…]}; fit and plot: a light or activity logger’s file',
  },
  zone: { type: 'string', value: 'Z', help: 'the zone of clocks that name none: Europe/Berlin' },
  dlmo: {
    type: 'string',
    value: 'TIMES',
    help: 'measured melatonin onsets, "YYYY-MM-DD HH:MM", several by commas',
  },
} as const

/**
 * Everything the command line names about a person, read. Throws `UsageError` for a file that
 * cannot be read or an option that is not as it should be.
 */
export async function personalEvidence(args: Arguments, io: Io): Promise<ClockEvidence> {
  const zone = zoneOption(args)
  const light = args.text('light')
  const records: PersonalRecord[] = []
  for (const path of [...args.positionals, ...(light === undefined ? [] : [light])]) {
    records.push(await recordOf(path, zone, io))
  }
  const home = zone ?? records[0]?.zone ?? 'UTC'
  const genome = args.text('genome')
  return {
    records,
    zone: home,
    genes: genome === undefined ? undefined : await genesOf(genome, io),
    dlmoMs: dlmoOption(args, home),
  }
}

async function recordOf(path: string, zone: TimeZone | undefined, io: Io): Promise<PersonalRecord> {
  const record = await readPersonalFile(path, zone, io)
  for (const warning of record.warnings) io.err(`${path}: ${warning}\n`)
  return record
}

async function genesOf(path: string, io: Io): Promise<GenesEvidence> {
  const source = await fileSource(path)
  try {
    const read = await readGenotypes(byteChunks(source), {
      name: path,
      onBytes: (bytes) => io.progress(`reading ${path}`, bytes / Math.max(1, source.size)),
      cancelled: () => io.signal.aborted,
    })
    io.progress(`reading ${path}`, 1)
    if (!read.ok) throw new UsageError(describeProblem(read.problem))
    const { tauPriorH, chronotypePriorMin } = genomePrior(read.value)
    return { tauPriorH, chronotypePriorMin }
  } finally {
    await source.close()
  }
}

function zoneOption(args: Arguments): TimeZone | undefined {
  const zone = args.text('zone')
  if (zone !== undefined && !isTimeZone(zone)) {
    throw new UsageError(`--zone: got "${zone}", expected a name as Europe/Berlin, UTC or +02:00`)
  }
  return zone
}

function dlmoOption(args: Arguments, zone: TimeZone): number[] {
  const text = args.text('dlmo')
  if (text === undefined) return []
  return text.split(',').map((part) => {
    const ms = momentOfText(zone, part.trim())
    if (ms === undefined) {
      throw new UsageError(`--dlmo: got "${part.trim()}", expected YYYY-MM-DD HH:MM`)
    }
    return ms
  })
}
