import { type Arguments, type CommandOption, type Io, UsageError } from './command.ts'

/** Where a facility is when none is named. */
const HERE = 'http://127.0.0.1:4610'
/** A facility answers operators only. */
const TOKEN_MISSING = "NOCTURNE_FACILITY_TOKEN, an operator's"
/** Longest wait for an answer, ms. */
const PATIENCE_MS = 10_000
/** Longest answer that is read, characters. */
const LONGEST_ANSWER = 16_000_000

/** The option that names a facility. */
export const FACILITY_OPTION: CommandOption = {
  type: 'string',
  value: 'URL',
  help: `the facility; else NOCTURNE_FACILITY, else ${HERE}`,
}

/** One call of a facility's HTTP interface. */
export type FacilityRequest = {
  readonly method: 'GET' | 'POST'
  /** From the root, such as `/v1/incidents`. */
  readonly path: string
  readonly body?: unknown
  /** Longest wait for the answer; 10 s unless said, ms. */
  readonly patienceMs?: number
}

/** What it said: a document, or that it does not do this, and why in a word. */
export type FacilityAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly refused: string }

/**
 * Calls a facility as the operator whose token is in NOCTURNE_FACILITY_TOKEN. Throws UsageError
 * when nobody answers in time, or something other than a facility, or it does not let us.
 */
export async function callFacility(
  args: Arguments,
  request: FacilityRequest,
): Promise<FacilityAnswer> {
  const { answer, base } = await asked(args, request)
  const value = await documentOf(answer, base)
  if (answer.ok) return { ok: true, value }
  const told = value as { refused?: unknown; message?: unknown } | null
  if (answer.status === 409 && typeof told?.refused === 'string') {
    return { ok: false, refused: told.refused }
  }
  throw notDone(answer, `${base}${request.path}`, told?.message)
}

/**
 * The bytes of a long answer, as they come; they end in an error when the facility breaks off.
 * Throws UsageError as `callFacility` does, and where it refuses.
 */
export async function bytesOfFacility(
  args: Arguments,
  request: FacilityRequest,
): Promise<AsyncIterable<Uint8Array>> {
  const { answer, base } = await asked(args, request)
  if (answer.ok && answer.body !== null) return answer.body
  const told = (await documentOf(answer, base)) as { message?: unknown } | null
  throw notDone(answer, `${base}${request.path}`, told?.message)
}

function notDone({ status }: Response, where: string, message: unknown): UsageError {
  const why = typeof message === 'string' ? ` (${message.slice(0, 200)})` : ''
  const expected = status === 401 ? TOKEN_MISSING : 'an answer'
  return new UsageError(`${where}: got ${status}${why}, expected ${expected}`)
}

async function asked(
  args: Arguments,
  { method, path, body, patienceMs = PATIENCE_MS }: FacilityRequest,
): Promise<{ readonly answer: Response; readonly base: string }> {
  const base = args.text('facility') ?? process.env.NOCTURNE_FACILITY ?? HERE
  if (!/^https?:\/\//.test(base) || !URL.canParse(path, base)) {
    throw new UsageError(`--facility: got "${base}", expected http://HOST:PORT`)
  }
  const token = process.env.NOCTURNE_FACILITY_TOKEN
  const answer = await fetch(new URL(path, base), {
    method,
    headers: {
      accept: 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: 'error',
    signal: AbortSignal.timeout(patienceMs),
  }).catch((error: Error & { cause?: { code?: string } }) => {
    const got = error.cause?.code ?? error.name
    throw new UsageError(`${base}: got ${got}, expected a facility that answers`)
  })
  return { answer, base }
}

/** Shows an answer, or in a word why it was not done; resolves to the exit code, 0 or 1. */
export function tellAnswer<T>(
  answer: FacilityAnswer,
  text: (value: T) => string,
  args: Arguments,
  io: Io,
): number {
  const isJson = args.flag('json')
  if (answer.ok) {
    const { waits } = (answer.value ?? {}) as { readonly waits?: Waits }
    const told = (): string => (waits === undefined ? text(answer.value as T) : waitsText(waits))
    io.out(isJson ? `${JSON.stringify(answer.value)}\n` : told())
    return 0
  }
  const { refused } = answer
  io.out(isJson ? `${JSON.stringify({ refused })}\n` : `refused: ${refused}\n`)
  return 1
}

/** A deed that waits for its second person. */
type Waits = { readonly id: number; readonly deed: string; readonly by: string }

/** A deed that waits in a line for a person. */
export function waitsText({ id, deed, by }: Waits): string {
  return `${deed} by ${by} waits for another person: nocturne fleet approvals approve ${id}\n`
}

async function documentOf(answer: Response, base: string): Promise<unknown> {
  const text = await answer.text()
  if (text.length > LONGEST_ANSWER) {
    const expected = `${LONGEST_ANSWER} at most`
    throw new UsageError(`${base}: got ${text.length} characters, expected ${expected}`)
  }
  try {
    return JSON.parse(text)
  } catch {
    if (!answer.ok) return undefined
    throw new UsageError(`${base}: got no JSON, expected that of a facility`)
  }
}
