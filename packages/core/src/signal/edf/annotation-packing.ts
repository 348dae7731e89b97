/**
 * Annotation lists shared out to records: which of them each record holds, and the bytes that
 * needs.
 */
export type Packing = {
  /** Bytes of the annotation signal in every record. */
  readonly bytesPerRecord: number
  /** For each record the numbers of its lists. */
  readonly lists: readonly (readonly number[])[]
}

/** One annotation list to be placed. */
export type PackedList = { readonly onsetS: number; readonly length: number }

/**
 * Shares annotation lists (in time order) out to records. A list goes to the record in which its
 * onset lies, or the next one with room, or, past the end, the first one with room; records are
 * made as long as that needs. `clockBytes` and `recordEndS` have one number per record: the length
 * of its time-keeping list, and when it ends.
 */
export function packAnnotations(
  lists: readonly PackedList[],
  clockBytes: readonly number[],
  recordEndS: readonly number[],
): Packing {
  const clock = clockBytes.reduce((most, length) => Math.max(most, length), 0)
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0)
  const total = lists.reduce((sum, { length }) => sum + length, 0)
  let room = Math.max(longest, Math.ceil(total / clockBytes.length))
  // Ends in the second round at the latest: a record that is passed over has less than `longest`
  // left, so that with the mean and the longest as room all of them hold everything.
  for (;;) {
    const placed = place(lists, room + clock, clockBytes, recordEndS)
    if (placed) return { bytesPerRecord: room + clock, lists: placed }
    room += Math.max(longest, 16)
  }
}

function place(
  lists: readonly PackedList[],
  bytesPerRecord: number,
  clockBytes: readonly number[],
  recordEndS: readonly number[],
): number[][] | undefined {
  const held: number[][] = clockBytes.map(() => [])
  const room = clockBytes.map((length) => bytesPerRecord - length)
  let next = 0
  const put = (record: number): void => {
    held[record]!.push(next)
    room[record]! -= lists[next]!.length
    next++
  }
  for (let record = 0; record < held.length; record++) {
    const isDue = (): boolean => next < lists.length && lists[next]!.onsetS < recordEndS[record]!
    while (isDue() && lists[next]!.length <= room[record]!) put(record)
  }
  for (let record = 0; next < lists.length; record++) {
    if (record === held.length) return undefined
    while (next < lists.length && lists[next]!.length <= room[record]!) put(record)
  }
  return held
}
