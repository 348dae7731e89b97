import { describeProblem } from '@nocturne/core/math'
import type { AuditLine } from '@nocturne/facility'
import { type Arguments, type CommandOption, type Io, numberOption, UsageError } from './command.ts'
import { callFacility, FACILITY_OPTION, tellAnswer } from './facility-call.ts'
import { momentText } from './fleet-text.ts'

/** The options of `nocturne fleet audit`. */
export const FLEET_AUDIT_OPTIONS: Readonly<Record<string, CommandOption>> = {
  verify: { type: 'boolean', help: 'audit: follow the chain from the first line, here' },
  last: { type: 'string', value: 'N', help: 'audit: so many lines, the newest (20)' },
  facility: FACILITY_OPTION,
}

type Audit = {
  readonly isWhole: boolean
  readonly problem?: string
  readonly lines: readonly AuditLine[]
  readonly head: { readonly seq: number; readonly hash: string }
}

const LAST = 20
/** Lines of one call, and calls. */
const PAGE = 1000
const MOST_PAGES = 10_000

/**
 * `nocturne fleet audit`: what was done and by whom; `--verify` reads all of it and follows the
 * chain of hashes on this machine, exit 1 where it breaks. The number and hash of the last line,
 * kept elsewhere, show later whether its end was cut off.
 */
export async function runFleetAudit(args: Arguments, io: Io): Promise<number> {
  if (args.positionals.length > 0) {
    throw new UsageError(`got "${args.positionals.join(' ')}", expected fleet audit`)
  }
  if (args.flag('verify')) return verify(args, io)
  const last = Math.floor(numberOption(args, 'last', 1, PAGE) ?? LAST)
  const path = `/v1/audit?limit=${last}`
  const answer = await callFacility(args, { method: 'GET', path })
  const code = tellAnswer(answer, auditText, args, io)
  return answer.ok && !(answer.value as Audit).isWhole ? 1 : code
}

async function verify(args: Arguments, io: Io): Promise<number> {
  const lines: AuditLine[] = []
  for (let page = 0; page < MOST_PAGES; page++) {
    const path = `/v1/audit?after=${lines.length}&limit=${PAGE}`
    const answer = await callFacility(args, { method: 'GET', path })
    if (!answer.ok) return tellAnswer(answer, String, args, io)
    const some = answer.value as Audit
    if (!some.isWhole) return told({ isWhole: false, lines: lines.length, problem: some.problem })
    lines.push(...some.lines)
    if (some.lines.length < PAGE) break
  }
  const { readAudit } = await import('@nocturne/facility')
  const read = readAudit(lines.map((line) => JSON.stringify(line)).join('\n'))
  if (!read.ok) {
    return told({ isWhole: false, lines: lines.length, problem: describeProblem(read.problem) })
  }
  const { seq = 0, hash = '' } = read.value.at(-1) ?? {}
  return told({ isWhole: true, lines: lines.length, head: { seq, hash } })

  function told(verdict: Verdict): number {
    io.out(args.flag('json') ? `${JSON.stringify(verdict)}\n` : verdictText(verdict))
    return verdict.isWhole ? 0 : 1
  }
}

type Verdict = {
  readonly isWhole: boolean
  readonly lines: number
  readonly problem?: string | undefined
  readonly head?: Audit['head']
}

function verdictText({ isWhole, lines, problem, head }: Verdict): string {
  if (isWhole) return `whole: ${lines} lines, the last is ${head?.seq ?? 0} ${head?.hash ?? ''}\n`
  return `broken: ${problem ?? 'no reason'}\n`
}

/** The last lines of an audit for a person; times are UTC. */
function auditText({ isWhole, problem, lines }: Audit): string {
  if (!isWhole) return `broken: ${problem ?? 'no reason'}\n`
  const rows = lines.map(({ seq, atMs, who, did, about, outcome }) => {
    const ended = outcome === 'done' ? '' : ` (${outcome})`
    return `${seq}  ${momentText(atMs)}  ${who}: ${did}${ended}${about === '' ? '' : ` ${about}`}`
  })
  return rows.length === 0 ? 'nothing was done yet\n' : `${rows.join('\n')}\n`
}
