import type { Cell, Goal, Limit, PlanarModel } from './planner/cell.ts'
import { type CellResult, METHODS, runCell, USUAL_SEED } from './planner/run-cell.ts'

const METHOD_COLUMNS = METHODS.map(() => '---|').join('')
/** People of a cell: the goals, and the rest. The whole grid has 200 in each. */
const GOAL_PEOPLE = 30
const OTHER_PEOPLE = 16
const GRID_PEOPLE = 200

/**
 * Runs the planner bench and prints its tables, a row as soon as its cell is done. One factor at a
 * time; NOCTURNE_NIGHTLY=1 runs the whole grid with 200 people in every cell, which takes days.
 * PLANNER_CELLS=TEXT keeps the cells whose name has that text, PLANNER_SEED=N lives other people.
 */
export async function benchPlanner(): Promise<void> {
  const all = process.env.NOCTURNE_NIGHTLY ? wholeGrid() : chosenCells()
  const cells = all.filter((cell) => nameOf(cell).includes(process.env.PLANNER_CELLS ?? ''))
  const seed = Number(process.env.PLANNER_SEED ?? USUAL_SEED)
  const started = process.cpuUsage()
  console.log('## planner: days misaligned (CBTmin more than 1 h from the own entrained one)\n')
  console.log(
    'Median / p90 / max of the people; antidromic (wrong phase) of blocks: rule, greedy,\nopen-loop, ours.\n',
  )
  console.log(`| cell | n | ${METHODS.join(' | ')} | antidromic | min/day | first, re-plan ms |`)
  console.log(`|---|---|${METHOD_COLUMNS}---|---|---|`)
  const results: CellResult[] = []
  for (const [index, cell] of cells.entries()) {
    const result = runCell(cell, seed)
    console.log(rowOf(result))
    process.stderr.write(`planner ${index + 1}/${cells.length}\n`)
    results.push(result)
  }
  tellUndisturbed(results)
  const { user, system } = process.cpuUsage(started)
  console.log(`\n${((user + system) / 1e6).toFixed(0)} s of CPU.`)
}

const BASE: Cell = {
  goal: 'shift +8',
  imax: 1000,
  limit: 'dark nights',
  planModel: 'jewett99',
  lifeModel: 'jewett99',
  adherence: 1,
  people: OTHER_PEOPLE,
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
 * Every goal at 1,000 lux, dark nights, Jewett99 and full adherence; then light, limits, models and
 * adherence, one at a time.
 */
function chosenCells(): Cell[] {
  const other = (goal: Goal, change: Partial<Cell>): Cell => ({ ...BASE, goal, ...change })
  return [
    ...GOALS.map((goal) => other(goal, { people: GOAL_PEOPLE })),
    ...(['shift +8', 'shift -8'] as const).flatMap((goal) => [
      other(goal, { lifeModel: 'hannay19' }),
      other(goal, { planModel: 'hannay19' }),
      other(goal, { planModel: 'both', lifeModel: 'hannay19' }),
      other(goal, { planModel: 'fit' }),
      other(goal, { planModel: 'fit', lifeModel: 'hannay19' }),
    ]),
    other('shift +8', { adherence: 0.7 }),
    other('shift +8', { adherence: 0.4 }),
    ...(['none', 'office', 'flight'] as const).map((limit) => other('shift +8', { limit })),
    ...([200, 10000] as const).map((imax) => other('shift +8', { imax })),
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
              cells.push({
                goal,
                imax,
                limit,
                planModel,
                lifeModel,
                adherence,
                people: GRID_PEOPLE,
              })
  return cells
}

function nameOf(cell: Cell): string {
  const on = cell.planModel === cell.lifeModel ? '' : `${cell.planModel} on `
  const models = `${on}${cell.lifeModel}`
  return `${cell.goal}, ${cell.imax} lux, ${cell.limit}, ${models}, adherence ${cell.adherence}`
}

function rowOf({ cell, outcomes, firstMs, replanMs }: CellResult): string {
  const columns = METHODS.map((method) => {
    const days = outcomes[method].map((o) => o.misalignedDays).sort((a, b) => a - b)
    return `${at(days, 0.5)} / ${at(days, 0.9)} / ${at(days, 1)}`
  })
  const wrong = METHODS.filter((method) => method !== 'slam').map((method) => {
    const count = outcomes[method].reduce((sum, o) => sum + o.antidromic, 0)
    const blocks = outcomes[method].reduce((sum, o) => sum + o.blocks, 0)
    const phase = outcomes[method].reduce((sum, o) => sum + o.wrongPhase, 0)
    return method === 'greedy*' ? '-' : `${count} (${phase}) of ${blocks}`
  })
  const minutes = outcomes.ours.map((o) => o.advisedMinPerDay).sort((a, b) => a - b)
  const again = [...replanMs].sort((a, b) => a - b)
  const ms = `${firstMs.toFixed(0)}, ${at(again, 0.5, 0)} (max ${at(again, 1, 0)})`
  const cells = [nameOf(cell), cell.people, ...columns, wrong.join('; '), at(minutes, 0.5, 0), ms]
  return `| ${cells.join(' | ')} |`
}

function tellUndisturbed(results: readonly CellResult[]): void {
  console.log('\n## planner: nothing disturbs it (the average person, known exactly)\n')
  console.log('| cell | open-loop optimum | ours | regret |\n|---|---|---|---|')
  for (const { cell, undisturbed } of results) {
    if (cell.adherence < 1 || cell.planModel !== cell.lifeModel) continue
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
