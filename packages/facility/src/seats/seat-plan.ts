import { hash32 } from '@nocturne/core/math'

/**
 * Who ought to hold each of the partitions 0 .. partitions - 1: a node for each, undefined where
 * there are none. The same for every node that knows of the same others; no node holds two more
 * than another. By rendezvous hashing with room (each pair of node and partition has a rank, the
 * best pairs come first), so that few partitions move when nodes come and go.
 */
export function seatPlan(nodes: readonly string[], partitions: number): readonly string[] {
  const names = [...new Set(nodes)].sort()
  if (names.length === 0) return []
  const pairs = names.flatMap((node) =>
    Array.from({ length: partitions }, (_, partition) => ({
      node,
      partition,
      rank: hash32(node, partition),
    })),
  )
  pairs.sort((a, b) => b.rank - a.rank || a.partition - b.partition || (a.node < b.node ? -1 : 1))
  const plan = new Array<string>(partitions)
  const held = new Map(names.map((node) => [node, 0]))
  const least = Math.floor(partitions / names.length)
  for (const room of [least, least + 1]) {
    for (const { node, partition } of pairs) {
      const count = held.get(node)!
      if (plan[partition] !== undefined || count >= room) continue
      plan[partition] = node
      held.set(node, count + 1)
    }
  }
  return plan
}
