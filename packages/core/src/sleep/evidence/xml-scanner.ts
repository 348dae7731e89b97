/** A tag longer than this is no tag. */
const MAX_TAG_CHARS = 1024 * 1024

/** What a scanner tells of an XML document, in its order. */
export type XmlTaker = {
  /**
   * A start tag (an empty element's too, `isEmpty`): its name and what stands after it, to be read
   * with `attributesOf` where it matters.
   */
  start(name: string, attributes: string, isEmpty: boolean): void
  end?(name: string): void
  /** Text between tags, entities resolved, in pieces of any size. */
  text?(text: string): void
}

type State = 'content' | 'comment' | 'instruction' | 'cdata' | 'doctype' | 'subset'

const ENDS: Readonly<Record<Exclude<State, 'content' | 'doctype'>, string>> = {
  comment: '-->',
  instruction: '?>',
  cdata: ']]>',
  subset: ']',
}

/** The longest entity that is held back at a piece's border, `&#x10ffff;` and a little more. */
const MAX_ENTITY_CHARS = 12

/**
 * Finds the tags of XML as it streams by in pieces of any size, without a tree. It is forgiving: it
 * checks no nesting, skips the DTD unread (so that no entity of its making is ever expanded), and
 * reads broken attributes as far as they go.
 */
export class XmlScanner {
  private readonly taker: XmlTaker
  private rest = ''
  private state: State = 'content'

  constructor(taker: XmlTaker) {
    this.taker = taker
  }

  /** False when a tag has no end within `MAX_TAG_CHARS`. */
  push(piece: string): boolean {
    const text = this.rest === '' ? piece : this.rest + piece
    let at = 0
    while (at < text.length) {
      const next = this.step(text, at)
      if (next < 0) break
      at = next
    }
    this.rest = text.slice(at)
    if (this.rest.length <= MAX_TAG_CHARS) return true
    // Only a tag must be held whole; of the others the last characters are enough.
    if (this.state === 'content') return false
    this.rest = this.rest.slice(-MAX_ENTITY_CHARS)
    return true
  }

  /** True when the document did not end within a tag, a comment or the like. */
  end(): boolean {
    return this.state === 'content' && !this.rest.startsWith('<')
  }

  /** Where the construct at `at` is over; -1 when its end has not come yet. */
  private step(text: string, at: number): number {
    if (this.state === 'content') {
      return text.charCodeAt(at) === 60 ? this.markup(text, at) : this.characters(text, at)
    }
    if (this.state === 'doctype') {
      const end = text.slice(at).search(/[[>]/)
      if (end < 0) return -1
      this.state = text[at + end] === '[' ? 'subset' : 'content'
      return at + end + 1
    }
    if (this.state !== 'subset') return this.upTo(text, at, ENDS[this.state], 'content')
    const comment = text.indexOf('<!--', at)
    const close = text.indexOf(']', at)
    if (comment < 0 || (close >= 0 && close < comment)) return this.upTo(text, at, ']', 'doctype')
    const end = text.indexOf('-->', comment)
    return end < 0 ? -1 : end + 3
  }

  private upTo(text: string, at: number, mark: string, next: State): number {
    const end = text.indexOf(mark, at)
    if (end < 0) return -1
    if (this.state === 'cdata') this.taker.text?.(text.slice(at, end))
    this.state = next
    return end + mark.length
  }

  private characters(text: string, at: number): number {
    const open = text.indexOf('<', at)
    const end = open < 0 ? text.length : open
    if (this.taker.text === undefined) return end
    // An entity may be cut by the piece's border: it is held back.
    const cut = open < 0 ? text.lastIndexOf('&') : -1
    const isCut = cut >= at && end - cut < MAX_ENTITY_CHARS && !text.includes(';', cut)
    const last = isCut ? cut : end
    if (last > at) this.taker.text(xmlText(text.slice(at, last)))
    return last > at ? last : -1
  }

  private markup(text: string, at: number): number {
    if (text[at + 1] === '?') {
      this.state = 'instruction'
      return at + 2
    }
    if (text.length - at < 9 && '<![CDATA['.startsWith(text.slice(at))) return -1
    if (text[at + 1] !== '!') {
      const close = tagEnd(text, at + 1)
      if (close >= 0) tell(text, at + 1, close, this.taker)
      return close < 0 ? -1 : close + 1
    }
    if (text.length - at < 4 && '<!--'.startsWith(text.slice(at))) return -1
    this.state = text.startsWith('<!--', at)
      ? 'comment'
      : text.startsWith('<![CDATA[', at)
        ? 'cdata'
        : 'doctype'
    return at + (this.state === 'comment' ? 4 : this.state === 'cdata' ? 9 : 2)
  }
}

/**
 * Index of the `>` that ends a tag, outside of quotes; -1 when it has not come. A quote only opens
 * after an equals sign.
 */
function tagEnd(text: string, from: number): number {
  let quote = 0
  let isAfterEquals = false
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (quote !== 0) {
      if (code === quote) quote = 0
    } else if (code === 62) {
      return i
    } else if (isAfterEquals && (code === 34 || code === 39)) {
      quote = code
      isAfterEquals = false
    } else if (code === 61) {
      isAfterEquals = true
    } else if (code > 32) {
      isAfterEquals = false
    }
  }
  return -1
}

function tell(text: string, from: number, close: number, taker: XmlTaker): void {
  if (text[from] === '/') {
    taker.end?.(text.slice(from + 1, close).trim())
    return
  }
  const isEmpty = text[close - 1] === '/'
  const inside = text.slice(from, isEmpty ? close - 1 : close)
  const gap = inside.search(/\s/)
  if (gap < 0) taker.start(inside, '', isEmpty)
  else taker.start(inside.slice(0, gap), inside.slice(gap), isEmpty)
}

/**
 * One attribute of a tag, entities resolved; undefined when it has none of the name. Quick where
 * the tag has double quotes only, as none of those can stand inside a value.
 */
export function attributeOf(text: string, name: string): string | undefined {
  if (text.includes("='")) return attributesOf(text).get(name)
  const mark = `${name}="`
  let at = text.indexOf(mark)
  while (at > 0 && !/\s/.test(text[at - 1]!)) at = text.indexOf(mark, at + 1)
  if (at <= 0) return text.includes(name) ? attributesOf(text).get(name) : undefined
  const from = at + mark.length
  const end = text.indexOf('"', from)
  return end < 0 ? undefined : xmlText(text.slice(from, end))
}

/** The attributes of a tag by name, entities resolved; of two of a name the first. */
export function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const match of text.matchAll(/([^\s="'<>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (!found.has(match[1]!)) found.set(match[1]!, xmlText(match[2] ?? match[3] ?? ''))
  }
  return found
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** Text with XML's own entities and numbered characters resolved; others stay as they are. */
function xmlText(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|[a-z]{2,4});/gi, (whole, name: string) => {
    if (name[0] !== '#') return ENTITIES[name] ?? whole
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
