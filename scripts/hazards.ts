import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A hazard after ISO 14971: what can happen, how bad and how likely, what is done, what is left. */
export type Hazard = {
  readonly id: string
  readonly hazard: string
  readonly sequence: string
  readonly situation: string
  readonly harm: string
  readonly severity: string
  readonly probability: string
  readonly controls: {
    readonly design: readonly string[]
    readonly protective: readonly string[]
    readonly information: readonly string[]
  }
  /** Rules of packages/core/src/night/SPEC.md. */
  readonly rules: readonly string[]
  /** Files, or folders, of the tests whose titles name those rules. */
  readonly tests: readonly string[]
  readonly residualProbability: string
  readonly residual: string
}

/** The one source of the hazards. */
export type HazardFile = {
  readonly scale: { readonly severity: readonly string[]; readonly probability: readonly string[] }
  readonly hazards: readonly Hazard[]
}

const SOURCE = fileURLToPath(new URL('../docs/hazards.json', import.meta.url))
const PAGE = fileURLToPath(new URL('../docs/SAFETY.md', import.meta.url))
const BEGIN = '<!-- hazards: made from docs/hazards.json by scripts/hazards.ts -->'
const END = '<!-- end of hazards -->'

/** The hazards as they are kept. */
export function hazardFile(): HazardFile {
  return JSON.parse(readFileSync(SOURCE, 'utf8')) as HazardFile
}

/** docs/SAFETY.md as it is, and as the hazards make it. */
export function safetyPage(): { readonly is: string; readonly made: string } {
  const is = readFileSync(PAGE, 'utf8')
  const [before, rest = ''] = is.split(BEGIN)
  const after = rest.split(END)[1] ?? ''
  return { is, made: `${before}${BEGIN}\n\n${hazardText(hazardFile())}\n${END}${after}` }
}

function hazardText({ hazards, scale }: HazardFile): string {
  const rows = hazards.map((hazard) => {
    const { id, rules, severity, probability, residualProbability } = hazard
    const [name, harm, residual] = [hazard.hazard, hazard.harm, hazard.residual].map(cell)
    const before = `${severity}, ${probability}`
    const left = `${severity}, ${residualProbability}`
    return `| ${id} | ${name} | ${harm} | ${before} | ${rules.join(' ')} | ${left} | ${residual} |`
  })
  return [
    `Severity: ${scale.severity.join(' < ')}. Probability: ${scale.probability.join(' < ')}. Both are`,
    'judgements before and after the controls, not measurements.',
    '',
    '| | hazard | harm | before | rules | after | what is left |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    ...hazards.flatMap(details),
  ].join('\n')
}

function details(hazard: Hazard): string[] {
  const { design, protective, information } = hazard.controls
  const files = hazard.tests.map((path) => `\`${path}\``)
  return [
    `### ${hazard.id} ${hazard.hazard}`,
    '',
    `- How: ${hazard.sequence}; ${hazard.situation}. Harm: ${hazard.harm}.`,
    `- By design: ${design.join('; ')}.`,
    `- Protective: ${protective.join('; ')}.`,
    `- Information: ${information.join('; ')}.`,
    `- Rules ${hazard.rules.join(' ')}; tests ${files.join(' ')}`,
    '',
  ]
}

function cell(text: string): string {
  return text.replaceAll('|', '/')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, safetyPage().made)
