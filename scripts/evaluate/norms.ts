import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { quantile } from '../../packages/core/src/math/index.ts'
import {
  NORMED_STATISTICS,
  type NormedStatistic,
  readHypnogramText,
  type SleepStatistics,
  sleepStatistics,
} from '../../packages/core/src/sleep/hypnogram/index.ts'

/**
 * Percentiles of sleep statistics over the people of BOAS (OpenNeuro ds005555, CC0), written to
 * packages/core/src/sleep/hypnogram/boas-norms.ts. Nights are the experts' consensus; a night that
 * starts asleep or lasts under five hours is left out; a person's nights are averaged before
 * anything is ranked.
 */
const FOLDER =
  process.argv[2] ?? fileURLToPath(new URL('../../../shared/data/hypnograms/boas', import.meta.url))
const TARGET = fileURLToPath(
  new URL('../../packages/core/src/sleep/hypnogram/boas-norms.ts', import.meta.url),
)
const LEAST_MIN = 300
const GROUPS = [
  ['ADULTS', 18, 120],
  ['YOUNGER', 18, 44],
  ['OLDER', 60, 120],
] as const

type Person = { readonly age: number; readonly nights: SleepStatistics[] }

const people = readPeople()
const groups = GROUPS.map(([, from, to]) => {
  const chosen = people.filter(({ age }) => age >= from && age <= to)
  const ages = chosen.map(({ age }) => age)
  const rows = NORMED_STATISTICS.map((name) => `    ${name}: ${percentiles(chosen, name)},`)
  return [
    '  {',
    `    fromAge: ${from},`,
    `    toAge: ${to},`,
    `    people: ${chosen.length},`,
    `    nights: ${chosen.reduce((sum, { nights }) => sum + nights.length, 0)},`,
    `    youngest: ${Math.min(...ages)},`,
    `    oldest: ${Math.max(...ages)},`,
    '    ranges: {',
    ...rows.map((row) => `  ${row}`),
    '    },',
    '  },',
  ].join('\n')
})
writeFileSync(TARGET, fileText())
console.log(`${basename(TARGET)}: ${people.length} people`)

function fileText(): string {
  return `import type { NormGroup } from './norm-group.ts'

/**
 * 10th, 50th and 90th percentile over people of the Bitbrain Open Access Sleep data (OpenNeuro
 * ds005555, CC0; consensus of three experts), all ages first. Made by scripts/evaluate/norms.ts; do
 * not edit.
 */
export const BOAS_NORMS: readonly NormGroup[] = [
${groups.join('\n')}
]
`
}

function readPeople(): Person[] {
  const found = new Map<string, Person>()
  const table = readFileSync(`${FOLDER}/participants.tsv`, 'utf8').trim().split(/\r?\n/).slice(1)
  const rows = new Map(table.map((line) => [line.split('\t')[0], line.split('\t')]))
  for (const subject of readdirSync(FOLDER)
    .filter((name) => name.startsWith('sub-'))
    .sort()) {
    const [, age, , , id] = rows.get(subject) ?? []
    const path = `${FOLDER}/${subject}/eeg/${subject}_task-Sleep_acq-psg_events.tsv`
    const read = readHypnogramText(readFileSync(path, 'utf8'), { column: 'stage_hum' })
    if (!read.ok) throw new Error(`${path}: ${read.problem.code}`)
    const night = sleepStatistics(read.value.hypnogram)
    if (!(Number(age) > 0) || !id || night.tibMin < LEAST_MIN || !((night.solMin ?? 0) > 0))
      continue
    const person = found.get(id) ?? { age: Number(age), nights: [] }
    person.nights.push(night)
    found.set(id, person)
  }
  return [...found.values()]
}

function percentiles(chosen: readonly Person[], name: NormedStatistic): string {
  const values = chosen.map(({ nights }) => {
    const known = nights.map((night) => night[name]).filter((value) => value !== undefined)
    return known.reduce((sum, value) => sum + value, 0) / known.length
  })
  const column = Float64Array.from(values.filter((value) => !Number.isNaN(value)))
  return `[${[0.1, 0.5, 0.9].map((q) => Math.round(10 * quantile(column, q)) / 10).join(', ')}]`
}
