/** A tag longer than this is no tag. */
export const MAX_TAG_CHARS: number = 1024 * 1024

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

/** Takes a document in pieces of any size. */
export type XmlScanner = {
  /** False when a tag has no end within `MAX_TAG_CHARS`. */
  push(text: string): boolean
  /** True when the document did not end within a tag, a comment or the like. */
  end(): boolean
}

type State = 'content' | 'comment' | 'instruction' | 'cdata' | 'doctype' | 'subset'

const ENDS: Readonly<Record<Exclude<State, 'content' | 'doctype'>, string>> = {
  comment: '-->',
  instruction: '?>',
  cdata: ']]>',
  subset: ']',
}

/**
 * Finds the tags of XML as it streams by, without a tree. It is forgiving: it checks no nesting,
 * skips the DTD unread (so that no entity of its making is ever expanded), and reads broken
 * attributes as far as they go.
 */
export function xmlScanner(taker: XmlTaker): XmlScanner {
  let rest = ''
  let state: State = 'content'

  /** Where the construct at `at` is over; -1 when its end has not come yet. */
  const step = (text: string, at: number): number => {
    switch (state) {
      case 'content':
        return content(text, at)
      case 'doctype': {
        const end = text.slice(at).search(/[[>]/)
        if (end < 0) return -1
        state = text[at + end] === '[' ? 'subset' : 'content'
        return at + end + 1
      }
      case 'subset': {
        const comment = text.indexOf('<!--', at)
        const close = text.indexOf(']', at)
        if (comment < 0 || (close >= 0 && close < comment)) return upTo(text, at, 'doctype')
        const end = text.indexOf('-->', comment)
        return end < 0 ? -1 : end + 3
      }
      default:
        return upTo(text, at, 'content')
    }
  }
  const upTo = (text: string, at: number, next: State): number => {
    const mark = ENDS[state as keyof typeof ENDS]
    const end = text.indexOf(mark, at)
    if (state === 'cdata' && end >= 0) taker.text?.(text.slice(at, end))
    if (end < 0) return -1
    state = next
    return end + mark.length
  }
  const content = (text: string, at: number): number => {
    const open = text.indexOf('<', at)
    if (open !== at) {
      if (taker.text !== undefined && open !== at) {
        const piece = text.slice(at, open < 0 ? undefined : open)
        // An entity may be cut by the piece's border: hold it back.
        const cut = open < 0 ? piece.lastIndexOf('&') : -1
        if (cut >= 0 && piece.length - cut < 12 && !piece.includes(';', cut)) {
          if (cut > 0) taker.text(xmlText(piece.slice(0, cut)))
          return cut > 0 ? at + cut : -1
        }
        taker.text(xmlText(piece))
      }
      return open < 0 ? text.length : open
    }
    if (text.length - at < 9 && '<![CDATA['.startsWith(text.slice(at))) return -1
    if (text[at + 1] === '!') {
      state = text.startsWith('<!--', at)
        ? 'comment'
        : text.startsWith('<![CDATA[', at)
          ? 'cdata'
          : 'doctype'
      return at + (state === 'comment' ? 4 : state === 'cdata' ? 9 : 2)
    }
    if (text[at + 1] === '?') {
      state = 'instruction'
      return at + 2
    }
    const close = tagEnd(text, at + 1)
    if (close >= 0) tell(text, at + 1, close, taker)
    return close < 0 ? -1 : close + 1
  }
  return {
    push(piece) {
      const text = rest + piece
      let at = 0
      while (at < text.length) {
        const next = step(text, at)
        if (next < 0) break
        at = next
      }
      rest = text.slice(at)
      if (rest.length <= MAX_TAG_CHARS) return true
      // Only a tag must be held whole; of the others the last characters are enough.
      if (state === 'content') return false
      rest = rest.slice(-8)
      return true
    },
    end: () => state === 'content' && !rest.startsWith('<'),
  }
}

/** Index of the `>` that ends a tag, outside of quotes; -1 when it has not come. */
function tagEnd(text: string, from: number): number {
  let end = text.indexOf('>', from)
  let quote = nextQuote(text, from)
  while (end >= 0 && quote >= 0 && quote < end) {
    const close = text.indexOf(text[quote]!, quote + 1)
    if (close < 0) return -1
    if (close > end) end = text.indexOf('>', close)
    quote = nextQuote(text, close + 1)
  }
  return end
}

/** The next quote; a single one only counts after an equals sign, as in `name='value'`. */
function nextQuote(text: string, from: number): number {
  const double = text.indexOf('="', from)
  const single = text.indexOf("='", from)
  const at = single >= 0 && (double < 0 || single < double) ? single : double
  return at < 0 ? -1 : at + 1
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
export function xmlText(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|[a-z]{2,4});/gi, (whole, name: string) => {
    if (name[0] !== '#') return ENTITIES[name] ?? whole
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
