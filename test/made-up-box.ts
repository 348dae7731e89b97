import type { BoxRecord } from '../packages/core/src/night/box/record.ts'
import { BoxWriter, type BoxWriterOptions } from '../packages/core/src/night/box/writer.ts'
import type { LoopInput, NightHeader } from '../packages/core/src/night/loop/index.ts'
import { toyHeader, toyInputs, toyLoop } from './toy-loop.ts'

/** How the samples of a toy night lie. */
export const TOY_LATTICE = { gain: 0.05, offset: 0 }

/** All records of a toy night, in order. */
export function toyRecords(
  header: NightHeader = toyHeader(),
  inputs: readonly LoopInput[] = toyInputs(60),
  sealed = Uint8Array.of(1, 2, 3),
): BoxRecord[] {
  const records: BoxRecord[] = [
    { kind: 'night', header },
    { kind: 'sealed', bytes: sealed },
    { kind: 'note', atMs: 0, text: 'a toy night' },
  ]
  let state = toyLoop.start(header)
  for (const input of inputs) {
    const [next, events] = toyLoop.step(state, input)
    state = next
    records.push({ kind: 'input', input })
    for (const event of events) records.push({ kind: 'event', event })
  }
  records.push({ kind: 'end', atMs: inputs.at(-1)!.atMs })
  return records
}

/** The bytes of each segment of a box with these records. */
export function boxOf(records: readonly BoxRecord[], options: BoxWriterOptions = {}): Uint8Array[] {
  const writer = new BoxWriter({ lattices: [TOY_LATTICE, TOY_LATTICE], ...options })
  for (const record of records) writer.append(record)
  writer.cut()
  const segments: Uint8Array[][] = []
  for (const { segment, bytes } of writer.taken()) {
    segments[segment] ??= []
    segments[segment].push(bytes)
  }
  return segments.map((pieces) => Uint8Array.from(pieces.flatMap((piece) => [...piece])))
}
