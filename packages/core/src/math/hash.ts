/**
 * A whole number in 0 .. 2^32 - 1 from a text and a salt, spread evenly: FNV-1a over the UTF-16
 * units (Fowler, Noll and Vo, 1991), then the last mixing of MurmurHash3 (Appleby, 2011). The same
 * in every engine. Not for secrets, and not against somebody who chooses the texts.
 */
export function hash32(text: string, salt = 0): number {
  let h = (0x811c9dc5 ^ Math.imul(salt, 0x9e3779b1)) >>> 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    h = Math.imul(h ^ (unit & 255), 0x01000193)
    h = Math.imul(h ^ (unit >>> 8), 0x01000193)
  }
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The same as a share in [0, 1): where a thing named `text` stands among all of its kind. */
export function hashShare(text: string, salt = 0): number {
  return hash32(text, salt) / 4294967296
}
