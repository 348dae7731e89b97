import { stat } from 'node:fs/promises'
import { describeProblem, wallClockText, zoneOffsetMs } from '@nocturne/core/math'
import { type BoxDamage, type BoxSummary, salvagedBox, verifyBox } from '@nocturne/core/night'
import { withBox } from '../box-reading.ts'
import { type Arguments, type Command, type Io, UsageError } from '../command.ts'
import { writeWholeFile } from '../whole-file.ts'

/** Damages that are told to a person; the JSON has a hundred. */
const TOLD_DAMAGES = 8

/** `nocturne box`: what a black box holds, and whether every byte of it is as it was written. */
export const command: Command = {
  name: 'box',
  summary: 'Check a black box byte by byte, list what it holds, save what is whole of a torn one',
  usage: 'box BOX [--salvage OUT]',
  example: 'nocturne box night.box',
  positionals: [1, 1],
  options: {
    salvage: { type: 'string', value: 'OUT', help: 'write all that is whole to a new box' },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const [path] = args.positionals as [string]
  const salvage = args.text('salvage')
  if (salvage !== undefined) await refuseSame(path, salvage)
  const summary = await withBox(path, async ({ sources }) => {
    const result = await verifyBox(sources, (fraction) => io.progress('checking', fraction))
    io.progress('checking', 1)
    if (!result.ok) throw new UsageError(describeProblem(result.problem))
    if (salvage !== undefined) await writeWholeFile(salvage, salvagedBox(sources))
    return result.value
  })
  if (args.flag('json')) io.out(`${JSON.stringify({ ...summary, ...(salvage && { salvage }) })}\n`)
  else io.out(summaryText(path, summary, salvage))
  return summary.ok ? 0 : 1
}

/** A box must not be salvaged into itself. */
async function refuseSame(path: string, salvage: string): Promise<void> {
  const [from, to] = await Promise.all([path, salvage].map((p) => stat(p).catch(() => undefined)))
  if (from && to && from.ino === to.ino && from.dev === to.dev) {
    throw new UsageError(`--salvage: got the box itself (${salvage}), expected another file`)
  }
}

function summaryText(path: string, box: BoxSummary, salvage: string | undefined): string {
  const { counts, damages } = box
  const whole = box.ended ? 'closed in good order' : 'not closed: the device was cut off'
  const lines = [
    `${path}: ${box.ok ? 'every byte is as it was written' : 'DAMAGED'}; ${whole}`,
    `  ${startText(box)}${durationText(box.spanS)}`,
    `  ${box.records} records: ${counts.inputs} inputs (${counts.samples} samples a channel), ` +
      `${counts.decisions} decisions, ${counts.events - counts.decisions} other events`,
    `  ${box.bytes} bytes in ${box.blocks} blocks, ${box.segments} segment(s)`,
    `  releases: ${box.releases.join(', ') || 'none'}`,
    `  consents: ${box.consents.join(', ') || 'none'}`,
    `  arm of the trial: ${box.sealed ? 'sealed' : 'none'}`,
    `  chain: ${box.chain}`,
    ...damages.slice(0, TOLD_DAMAGES).map((damage) => `  ${damageText(damage)}`),
  ]
  if (damages.length > TOLD_DAMAGES) lines.push(`  and ${damages.length - TOLD_DAMAGES} more`)
  if (salvage !== undefined) lines.push(`  salvaged to ${salvage}`)
  return `${lines.join('\n')}\n`
}

function startText({ startMs, timeZone }: BoxSummary): string {
  if (startMs === undefined || timeZone === undefined) return ''
  const offset = zoneOffsetMs(timeZone, startMs)
  const local = wallClockText((startMs + (offset.ok ? offset.value : 0)) / 1000)
  return `from ${local} ${timeZone}, `
}

function durationText(spanS: number): string {
  const hours = Math.floor(spanS / 3600)
  const minutes = Math.floor((spanS % 3600) / 60)
  return `${hours} h ${minutes} min ${Math.floor(spanS % 60)} s`
}

/** One damage in words: what, where, which records. */
function damageText(damage: BoxDamage): string {
  const { what, source, offset, bytes, record, records } = damage
  const last = record + records - 1
  const which = records > 0 ? `, records ${record} to ${last}` : `, before record ${record}`
  const place = `${source}, byte ${offset}`
  if (what === 'byte') {
    const [was, is] = [damage.was!, damage.is!].map((v) => v.toString(16).padStart(2, '0'))
    return `${place}: got ${is}, expected ${was}${which}; read as it was`
  }
  const stretch = `${place} to ${offset + bytes - 1}${which}`
  if (what === 'torn') return `${stretch}: torn off in the middle of a block`
  if (what === 'order') return `${stretch}: does not follow what is before it`
  if (what === 'altered') return `${stretch}: changed, its CRC-32 made to fit`
  return `${stretch}: several bytes are wrong`
}
