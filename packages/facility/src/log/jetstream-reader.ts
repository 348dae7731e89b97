import {
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  type MsgRequest,
} from '@nats-io/jetstream'
import { decodeMessageHead, entriesOfMessage } from './log-message.ts'
import type { Logged } from './log-port.ts'

/** What is wanted of a partition: records from `first` to before `end`. */
export type Wanted = {
  readonly partition: number
  readonly first: number
  readonly end: number
  /** The stream's number of the message that holds the last of them, or a later one. */
  readonly seq: number
}

type Source = {
  readonly stream: string
  readonly client: JetStreamClient
  readonly manager: JetStreamManager
}

/** Bytes that are asked for at a time. */
const READ_BYTES = 4 << 20
/** Silence after which the reading begins anew where it was, ms; and how often in a row. */
const SILENT_MS = 3000
const MOST_SILENCES = 20
/** Below so many messages of the stream they are read, not searched. */
const SEARCHED = 256

/**
 * Reads what is wanted of partitions (by their subject), in order within each. `every` is the
 * subject of all of them. Throws where records are missing or none of ours.
 */
export async function* readMessages(
  source: Source,
  every: string,
  wanted: ReadonlyMap<string, Wanted>,
): AsyncGenerator<Logged> {
  if (wanted.size === 0) return
  const next = new Map([...wanted].map(([subject, { first }]) => [subject, first]))
  const last = Math.max(...[...wanted.values()].map(({ seq }) => seq))
  const starts: number[] = []
  for (const [subject, want] of wanted) starts.push(await startOf(source, subject, want))
  let seq = Math.min(...starts)
  const filter = wanted.size === 1 ? [...wanted.keys()][0]! : every
  for (let silences = 0; seq <= last; silences++) {
    if (silences >= MOST_SILENCES) {
      throw new Error(`${source.stream} ${seq}: got silence, expected messages up to ${last}`)
    }
    for await (const message of messagesFrom(source, filter, seq)) {
      silences = 0
      const want = wanted.get(message.subject)
      if (want !== undefined) yield* recordsOf(message, want, next)
      seq = message.seq + 1
      if (seq > last) break
    }
  }
  for (const [subject, { end }] of wanted) {
    if (next.get(subject)! < end) {
      throw new Error(`${subject}: got ${next.get(subject)} records, expected ${end}`)
    }
  }
}

function* recordsOf(message: JsMsg, want: Wanted, next: Map<string, number>): Generator<Logged> {
  const head = decodeMessageHead(message.data)
  const entries = entriesOfMessage(message.data)
  if (head === undefined || entries === undefined) {
    throw new Error(`${message.subject} ${message.seq}: got other bytes, expected records`)
  }
  const expected = next.get(message.subject)!
  if (head.first + head.count <= expected || head.first >= want.end) return
  if (head.first > expected) {
    throw new Error(`${message.subject} ${message.seq}: got ${head.first}, expected ${expected}`)
  }
  const end = Math.min(want.end, head.first + head.count)
  next.set(message.subject, end)
  for (let offset = expected; offset < end; offset++) {
    const entry = entries[offset - head.first]!
    yield { partition: want.partition, offset, atMs: head.atMs, entry }
  }
}

/** Messages from a number of the stream on, until none came for a while. */
async function* messagesFrom(
  { client, stream }: Source,
  filter: string,
  seq: number,
): AsyncGenerator<JsMsg> {
  const messages = await client.consumers
    .get(stream, {
      filter_subjects: filter,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: seq,
    })
    .then((consumer) => consumer.consume({ max_bytes: READ_BYTES }))
    .catch(() => undefined)
  if (messages === undefined) {
    await new Promise((again) => setTimeout(again, SILENT_MS / MOST_SILENCES))
    return
  }
  let heard = true
  const watch = setInterval(() => {
    if (!heard) messages.stop()
    heard = false
  }, SILENT_MS)
  try {
    for await (const message of messages) {
      heard = true
      yield message
      heard = true
    }
  } finally {
    clearInterval(watch)
    await messages.close()
  }
}

/** A number of the stream at or before the message with the first wanted record. */
async function startOf(
  { manager, stream }: Source,
  subject: string,
  want: Wanted,
): Promise<number> {
  let low = 1
  let high = want.seq
  if (want.first === 0) return low
  while (high - low > SEARCHED) {
    const middle = Math.floor((low + high) / 2)
    const found = await firstOf(manager, stream, subject, middle)
    if (found === undefined || found.first > want.first) high = middle
    else low = found.seq
  }
  return low
}

/** What a message of ours is: its number, its first record, how many it has, and when it came. */
type Place = {
  readonly seq: number
  readonly first: number
  readonly count: number
  readonly atMs: number
}

/** The first message of a subject from a number of the stream on; undefined where there is none. */
export async function firstOf(
  manager: JetStreamManager,
  stream: string,
  subject: string,
  from: number,
): Promise<Place | undefined> {
  const found = await manager.streams.getMessage(stream, nextOf(subject, from))
  const head = found === null ? undefined : decodeMessageHead(found.data)
  return found === null || head === undefined ? undefined : { seq: found.seq, ...head }
}

/**
 * The number before which all messages of a subject are of a kind that only early ones are, at most
 * `last`, the number of its last message.
 */
export async function seqOf(
  manager: JetStreamManager,
  stream: string,
  subject: string,
  last: number,
  isEarly: (place: Place) => boolean,
): Promise<number> {
  let [low, high] = [1, last]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const found = await firstOf(manager, stream, subject, middle)
    if (found === undefined || found.seq >= high || !isEarly(found)) high = middle
    else low = found.seq + 1
  }
  return low
}

/** The first message of a subject from a number on: the server has it, the types do not. */
function nextOf(subject: string, seq: number): MsgRequest {
  return { seq, next_by_subj: subject } as MsgRequest
}
