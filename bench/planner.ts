import type { Cell, Goal, Limit } from './planner/cell.ts'
import type { PlanarModel } from './planner/person.ts'
import { type CellResult, METHODS, runCell } from './planner/run-cell.ts'

/** Runs the planner bench and prints its tables. */
export async function benchPlanner(): Promise<void> {
  const cells = process.env.NOCTURNE_NIGHTLY ? wholeGrid() : chosenCells()
  const started = process.cpuUsage()
  const results: CellResult[] = []
  for (const [index, cell] of cells.entries()) {
    results.push(runCell(cell))
    process.stderr.write(`planner ${index + 1}/${cells.length} ${nameOf(cell)}\n`)
  }
  tell(results)
  const { user, system } = process.cpuUsage(started)
  console.log(`\n${((user + system) / 1e6).toFixed(0)} s of CPU.`)
}

function cellOf(part: Partial<Cell>): Cell {
  return {
    goal: 'shift +8',
    imax: 1000,
    limit: 'dark nights',
    planModel: 'jewett99',
    lifeModel: 'jewett99',
    adherence: 1,
    people: Number(process.env.NOCTURNE_PEOPLE ?? 50),
    ...part,
  }
}

const GOALS: readonly Goal[] = [
  'shift 12',
  'shift +8',
  'shift -8',
  'shift +5',
  'shift -5',
  'nights',
  'DSPD',
]
const LIMITS: readonly Limit[] = ['none', 'dark nights', 'office', 'flight']
const MODELS: readonly PlanarModel[] = ['jewett99', 'hannay19']

/**
 * One factor at a time round 1,000 lux, dark nights, Jewett99 and full adherence: every goal, then
 * light, limits, models and adherence for 8 h east and west and 12 h.
 */
function chosenCells(): Cell[] {
  const people = Number(process.env.NOCTURNE_PEOPLE ?? 200)
  return [
    ...GOALS.map((goal) => cellOf({ goal, people })),
    ...([200, 10000] as const).flatMap((imax) =>
      (['shift +8', 'shift 12'] as const).map((goal) => cellOf({ goal, imax })),
    ),
    ...(['none', 'office', 'flight'] as const).flatMap((limit) =>
      (['shift +8', 'shift -8'] as const).map((goal) => cellOf({ goal, limit })),
    ),
    ...(['shift +8', 'shift -8', 'shift 12'] as const).flatMap((goal) => [
      cellOf({ goal, lifeModel: 'hannay19' }),
      cellOf({ goal, planModel: 'hannay19' }),
      cellOf({ goal, planModel: 'hannay19', lifeModel: 'hannay19' }),
    ]),
    ...([0.7, 0.4] as const).flatMap((adherence) =>
      (['shift +8', 'shift -8'] as const).map((goal) => cellOf({ goal, adherence })),
    ),
  ]
}

function wholeGrid(): Cell[] {
  const cells: Cell[] = []
  for (const goal of GOALS)
    for (const imax of [200, 1000, 10000])
      for (const limit of LIMITS)
        for (const planModel of MODELS)
          for (const lifeModel of MODELS)
            for (const adherence of [1, 0.7, 0.4])
              cells.push({ goal, imax, limit, planModel, lifeModel, adherence, people: 200 })
  return cells
}

function nameOf(cell: Cell): string {
  const models = `${cell.planModel === cell.lifeModel ? '' : `${cell.planModel} on `}${cell.lifeModel}`
  return `${cell.goal}, ${cell.imax} lux, ${cell.limit}, ${models}, adherence ${cell.adherence}`
}

function tell(results: readonly CellResult[]): void {
  console.log('## planner: days misaligned (CBTmin more than 1 h from the own entrained one)\n')
  console.log('Median / p90 / max of the people.\n')
  console.log(`| cell | n | ${METHODS.join(' | ')} | antidromic | min/day | first, re-plan ms |`)
  console.log(`|---|---|${METHODS.map(() => '---|').join('')}---|---|---|`)
  for (const { cell, outcomes, firstMs, replanMs } of results) {
    const columns = METHODS.map((method) => {
      const days = outcomes[method].map((o) => o.misalignedDays).sort((a, b) => a - b)
      return `${at(days, 0.5)} / ${at(days, 0.9)} / ${at(days, 1)}`
    })
    const wrong = METHODS.slice(1).map((method) => {
      const count = outcomes[method].reduce((sum, o) => sum + o.antidromic, 0)
      const blocks = outcomes[method].reduce((sum, o) => sum + o.blocks, 0)
      return `${count}/${blocks}`
    })
    const minutes = outcomes.ours.map((o) => o.advisedMinPerDay).sort((a, b) => a - b)
    const again = [...replanMs].sort((a, b) => a - b)
    console.log(
      `| ${nameOf(cell)} | ${cell.people} | ${columns.join(' | ')} | ${wrong.join(' ')} | ${at(minutes, 0.5, 0)} | ${firstMs.toFixed(0)}, ${at(again, 0.5, 0)} (max ${at(again, 1, 0)}) |`,
    )
  }
  console.log('\n## planner: nothing disturbs it (the average person, known exactly)\n')
  console.log('| cell | open-loop optimum | ours | regret |\n|---|---|---|---|')
  for (const { cell, undisturbed } of results) {
    const { optimum, ours } = undisturbed
    const regret = (100 * (ours - optimum)) / Math.max(0.1, optimum)
    console.log(
      `| ${nameOf(cell)} | ${optimum.toFixed(2)} d | ${ours.toFixed(2)} d | ${regret.toFixed(1)} % |`,
    )
  }
}

function at(sorted: readonly number[], p: number, digits = 1): string {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]
  return value === undefined ? '-' : value.toFixed(digits)
}
