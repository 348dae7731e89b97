const GROUPS = 8
/** Groups of 16 bits that one household or machine has for itself, at least. */
const NETWORK = 4

/**
 * What is counted as one caller: an IPv4 address, and of an IPv6 address its first 64 bits, as
 * whoever has one address there has all the others of its network too.
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%')
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(plain)
  if (mapped) return mapped[1]!
  if (!plain.includes(':')) return plain
  const [left = [], right = []] = plain.split('::').map((half) => half.split(':').filter(Boolean))
  const zeros = Array.from({ length: Math.max(0, GROUPS - left.length - right.length) }, () => '0')
  const all = plain.includes('::') ? [...left, ...zeros, ...right] : left
  const network = all.slice(0, NETWORK).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}
