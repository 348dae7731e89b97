import { fail, ok, type Result } from '../../math/result.ts'
import type { Stage } from '../stage/stage.ts'

/**
 * What bare numbers in a file mean. `aasm`: 0..4 = W N1 N2 N3 R (YASA, Dreem, Bitbrain). `rk`: 0..5
 * = W S1 S2 S3 S4 R (Rechtschaffen & Kales 1968 as numbered by NSRR and Profusion). `dreams`: 5..0
 * = W R S1 S2 S3 S4 (DREAMS database, Devuyst). A map gives any other numbering. Every number a
 * table does not name is refused, apart from the markers of `UNSCORED_CODES`.
 */
export type StageCodes = 'aasm' | 'rk' | 'dreams' | ReadonlyMap<number, Stage>

/** How a set of bare numbers was understood: the table, and a warning where that was a decision. */
type CodeReading = {
  readonly codes: StageCodes
  readonly table: ReadonlyMap<number, Stage>
  readonly warning?: string
}

/**
 * Numbers that mean "not scored" in every numbering we know (movement, artefact, unknown, lights).
 */
export const UNSCORED_CODES: readonly number[] = [-9, -3, -2, -1, 6, 7, 8, 9, 10, 99, 255]

const TABLES = {
  aasm: table(['W', 'N1', 'N2', 'N3', 'R']),
  rk: table(['W', 'N1', 'N2', 'N3', 'N3', 'R']),
  dreams: table(['N3', 'N3', 'N2', 'N1', 'R', 'W']),
} as const

const WORDS: ReadonlyMap<string, Stage> = new Map(
  (
    [
      ['W', 'w wk wa wake awake waking wakefulness s0 n0 stagew stagewake sdowakestate'],
      ['N1', 'n1 s1 st1 nr1 nrem1 nonrem1 nremstage1 nonremstage1 stagen1 stages1 stage1'],
      [
        'N2',
        'n2 s2 st2 nr2 nrem2 nonrem2 nremstage2 nonremstage2 stagen2 stages2 stage2 light core',
      ],
      ['N3', 'n3 s3 st3 nr3 nrem3 nonrem3 nremstage3 nonremstage3 stagen3 stages3 stage3 sws deep'],
      [
        'N3',
        'n4 s4 st4 nr4 nrem4 nonrem4 nremstage4 nonremstage4 stagen4 stages4 stage4 n34 s34 sws34',
      ],
      ['R', 'r rem paradoxical s5 st5 stage5 stager stagerem em'],
      ['?', '? u uns unscored unsure unknown undefined undef none nan na n/a null mt m mvt'],
      ['?', 'move movement movementtime art artefact artifact notscored noscore nostage x'],
      ['?', 'l disconnection indeterminate stage? stageunknown'],
      ['?', 'unstaged notstaged unknownstage outofbed inbed stagemovement stagemt'],
    ] as const
  ).flatMap(([stage, words]) => words.split(' ').map((word) => [word, stage] as const)),
)

const LUMPED = new Set(['light', 'core'])

/**
 * The stage that a word means, in any spelling of the common tools (`Sleep stage N2`, `SLEEP-S2`,
 * `NREM2`, `Stage 2 sleep|2`, `REM`); `undefined` when it is no stage. R&K stages 3 and 4 are N3
 * (AASM 2007); movement, artefact and unknown are `?`. A bare number is no word: see `readCodes`.
 */
export function stageOfWord(text: string): Stage | undefined {
  const word = normalise(text)
  const direct = WORDS.get(word)
  if (direct) return direct
  const marked = /^(?:sleepstage|sleep|stage|scoredsleep)(.+?)(?:sleep)?$/.exec(word)
  if (!marked) return WORDS.get(word.replace(/sleep$/, ''))
  return WORDS.get(marked[1]!) ?? numbered(marked[1]!)
}

/**
 * True for the words of devices that put N1 and N2 together (`light`, `core`): they are read as N2.
 */
export function isLumpedWord(text: string): boolean {
  return LUMPED.has(normalise(text).replace(/sleep$/, ''))
}

/** The number a text is, when it is nothing but a number; a trailing `.0` is fine. */
export function codeOf(text: string): number | undefined {
  return /^[+-]?\d+(?:\.0*)?(?:e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : undefined
}

/**
 * Decides what the numbers of a file mean. An explicit `codes` wins, then a header's statement,
 * then this rule: a 5 means R&K (5 = REM); a 4 without any 5 is taken for REM and a warning says
 * so, because in R&K it would be stage 4; without 4 and 5 all numberings agree. Numbers outside the
 * table are not judged here.
 */
export function readCodes(values: readonly number[], explicit?: StageCodes): CodeReading {
  if (explicit !== undefined) return { codes: explicit, table: stageTable(explicit) }
  const seen = new Set(values)
  if (seen.has(5)) {
    const warning = 'numbers read as R&K (a 5 is present: 0..5 = W S1 S2 S3 S4 R, S3 + S4 = N3)'
    return { codes: 'rk', table: TABLES.rk, warning }
  }
  if (!seen.has(4)) return { codes: 'aasm', table: TABLES.aasm }
  const doubt = bordersThree(values)
    ? '; but 4 mostly borders 3, as S4 of R&K does: if it is S4, say codes rk'
    : '; if 4 is stage S4, say codes rk'
  const warning = `numbers read as AASM (0..4 = W N1 N2 N3 R: 4 = REM, as no 5 is present)${doubt}`
  return { codes: 'aasm', table: TABLES.aasm, warning }
}

/**
 * True when most steps into and out of 4 are from and to 3: REM follows N2 or wake, S4 follows S3.
 */
function bordersThree(values: readonly number[]): boolean {
  let steps = 0
  let threes = 0
  for (let i = 1; i < values.length; i++) {
    const [a, b] = [values[i - 1]!, values[i]!]
    if (a === b || (a !== 4 && b !== 4)) continue
    steps++
    if (a === 3 || b === 3) threes++
  }
  return threes > steps / 2
}

/**
 * The stage of a number in a table; `?` for the markers of not scored; `undefined` when unknown.
 */
export function stageOfCode(table: ReadonlyMap<number, Stage>, code: number): Stage | undefined {
  return table.get(code) ?? (UNSCORED_CODES.includes(code) ? '?' : undefined)
}

/**
 * Reads the option `codes` of a user: `aasm`, `rk`, `dreams`, or pairs `0=W,1=N1,2=N2,3=N3,5=R`.
 * Fails with `HYPNOGRAM_CODES`.
 */
export function parseStageCodes(text: string): Result<StageCodes, 'HYPNOGRAM_CODES'> {
  const name = text.trim().toLowerCase()
  if (name === 'aasm' || name === 'rk' || name === 'dreams') return ok(name)
  const map = new Map<number, Stage>()
  for (const pair of text.split(',')) {
    const [code, word = ''] = pair.split('=')
    const number = codeOf(code!)
    const stage = stageOfWord(word)
    if (number === undefined || stage === undefined) {
      return fail(
        'HYPNOGRAM_CODES',
        'codes',
        `"${pair}"`,
        'aasm, rk, dreams or pairs like 0=W,1=N1',
      )
    }
    map.set(number, stage)
  }
  return ok(map)
}

/**
 * The numbering a comment line states, such as `0: Wake, 1: N1, 2: N2, 3: N3, 4: REM`; `undefined`
 * when it states fewer than three numbers.
 */
export function statedCodes(comment: string): StageCodes | undefined {
  const map = new Map<number, Stage>()
  for (const match of comment.matchAll(/(-?\d+)\s*[:=]\s*([A-Za-z?][\w?]*)/g)) {
    const stage = stageOfWord(match[2]!)
    if (stage !== undefined) map.set(Number(match[1]), stage)
  }
  return map.size >= 3 ? map : undefined
}

/** The table of a numbering. */
function stageTable(codes: StageCodes): ReadonlyMap<number, Stage> {
  return typeof codes === 'string' ? TABLES[codes] : codes
}

function normalise(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/\|-?\d+$/, '')
    .replace(/^\((.*)\)$/, '$1')
    .replace(/[\s_:.+-]+/g, '')
    .replace(/^sdo(?:non)?rapideyemovement(?:sleep)?(?=n\d)/, '')
    .replace(/^sdorapideyemovementsleep$/, 'rem')
}

function numbered(rest: string): Stage | undefined {
  const code = /^\d$/.test(rest) ? Number(rest) : undefined
  return code === undefined ? undefined : stageOfCode(TABLES.rk, code)
}

function table(stages: readonly Stage[]): ReadonlyMap<number, Stage> {
  return new Map(stages.map((stage, code) => [code, stage]))
}
