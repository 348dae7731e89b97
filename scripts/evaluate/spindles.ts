import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { resampleTo } from '@nocturne/core/signal'
import {
  detectSpindles,
  type EventAgreement,
  eventAgreement,
  pooledEventAgreement,
  type SpindleOptions,
  type Stretch,
  unionOfEvents,
} from '@nocturne/core/sleep'
import { type DreamsExcerpt, dreamsFolder, readDreams } from '../../test/dreams.ts'

/**
 * Spindles of the DREAMS excerpts against each expert and their union, as a markdown table.
 * `npx tsx --conditions=nocturne:src scripts/evaluate/spindles.ts [DIR]`
 */
type Detector = readonly [
  name: string,
  find: (excerpt: DreamsExcerpt) => readonly Stretch[] | undefined,
]

const DETECTORS: readonly Detector[] = [
  ['nocturne', (e) => find(e, {})],
  ['nocturne + hypnogram', (e) => find(e, { hypnogram: e.hypnogram })],
  ['yasa', (e) => find(e, { method: 'yasa' })],
  ['yasa + hypnogram', (e) => find(e, { method: 'yasa', hypnogram: e.hypnogram })],
  ['yasa 11-16 Hz', (e) => find(e, { method: 'yasa', yasa: { sigmaHz: [11, 16] } })],
  ['expert 1', (e) => e.experts[0]],
]

const RATES_HZ = [100, 128, 200, 256, 500]

function find(excerpt: DreamsExcerpt, options: SpindleOptions): Stretch[] {
  return detectSpindles(excerpt.samples, excerpt.rateHz, options)
}

function references({ experts }: DreamsExcerpt): (readonly Stretch[] | undefined)[] {
  return [experts[0], experts[1], unionOfEvents(experts)]
}

function cell(agreement: EventAgreement | undefined): string {
  if (agreement === undefined) return '-'
  const { precision, recall, f1 } = agreement
  return `${precision.toFixed(2)} / ${recall.toFixed(2)} / **${f1.toFixed(3)}**`
}

function main(): void {
  const given = process.argv[2]
  const folder = given === undefined ? dreamsFolder() : excerptFolder(given)
  if (folder === undefined) {
    process.stderr.write('no DREAMS excerpts: give their folder\n')
    process.exitCode = 2
    return
  }
  const excerpts = readDreams(folder)
  const lines = [
    'Event by event, intersection over union 0.2 or more. Cells: precision / recall / F1.',
    '',
    '| detector | excerpt | events | per min | v expert 1 | v expert 2 | v union |',
    '|---|---|---|---|---|---|---|',
  ]
  for (const [name, detect] of DETECTORS) lines.push(...rowsOf(name, detect, excerpts))
  lines.push(...rateTable(excerpts))
  process.stdout.write(`${lines.join('\n')}\n`)
}

function rowsOf(name: string, detect: Detector[1], excerpts: readonly DreamsExcerpt[]): string[] {
  const rows: string[] = []
  const pools: EventAgreement[][] = [[], [], []]
  let [events, minutes] = [0, 0]
  for (const excerpt of excerpts) {
    const found = detect(excerpt)
    if (found === undefined) continue
    const durationMin = excerpt.samples.length / excerpt.rateHz / 60
    events += found.length
    minutes += durationMin
    const isExpert = excerpt.experts.includes(found)
    const cells = references(excerpt).map((reference, k) => {
      // An expert is no judge of himself, nor of a union he is part of.
      if (reference === undefined || (isExpert && k !== 1)) return '-'
      const agreement = eventAgreement(found, reference)
      pools[k]!.push(agreement)
      return cell(agreement)
    })
    const rate = (found.length / durationMin).toFixed(1)
    rows.push(`| ${name} | ${excerpt.number} | ${found.length} | ${rate} | ${cells.join(' | ')} |`)
  }
  const pooled = pools.map((pool) => cell(pool.length > 0 ? pooledEventAgreement(pool) : undefined))
  const rate = (events / minutes).toFixed(1)
  rows.push(`| **${name}** | all | ${events} | ${rate} | ${pooled.join(' | ')} |`)
  return rows
}

/** How many spindles the same excerpt has when it is recorded at other sampling rates. */
function rateTable(excerpts: readonly DreamsExcerpt[]): string[] {
  const heading = `| nocturne at | ${RATES_HZ.map((hz) => `${hz} Hz`).join(' | ')} |`
  const rows = excerpts.map(({ number, samples, rateHz }) => {
    const counts = RATES_HZ.map((hz) => detectSpindles(resampleTo(samples, rateHz, hz), hz).length)
    return `| excerpt ${number} | ${counts.join(' | ')} |`
  })
  return ['', heading, `|${'---|'.repeat(RATES_HZ.length + 1)}`, ...rows]
}

/** The folder itself, or the excerpts' place inside a folder like the shared test material. */
function excerptFolder(given: string): string {
  const folder = resolve(given)
  const inner = join(folder, 'data/sleep-eeg/dreams-spindles')
  return existsSync(inner) ? inner : folder
}

main()
