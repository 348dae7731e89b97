/** An element of the little XML that streams describe themselves in: attributes are not kept. */
export type XmlElement = {
  readonly name: string
  /** Its own text, trimmed; empty where it holds elements. */
  readonly text: string
  readonly children: readonly XmlElement[]
}

/** A full description of a thousand channels takes some 200 kB. */
export const MOST_XML_LENGTH: number = 1 << 22
const MOST_DEPTH = 32
const MOST_ELEMENTS = 50_000

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" },
}

/** An element with text. */
export function leaf(name: string, text: string | number): XmlElement {
  return { name, text: String(text), children: [] }
}

/** Text of the child of a name; empty where there is none. */
export function childText(element: XmlElement, name: string): string {
  return element.children.find((child) => child.name === name)?.text ?? ''
}

/** Elements at a path below an element, in order. */
export function elementsAt(element: XmlElement, path: readonly string[]): readonly XmlElement[] {
  return path.reduce<readonly XmlElement[]>(
    (at, name) => at.flatMap(({ children }) => children.filter((child) => child.name === name)),
    [element],
  )
}

/** Writes an element, its children indented by tabs. */
export function writeXml(element: XmlElement, indent = ''): string {
  const { name, text, children } = element
  if (children.length > 0) {
    const inside = children.map((child) => writeXml(child, `${indent}\t`)).join('')
    return `${indent}<${name}>\n${inside}${indent}</${name}>\n`
  }
  return text === '' ? `${indent}<${name} />\n` : `${indent}<${name}>${escaped(text)}</${name}>\n`
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

/**
 * Reads the first element of a text. Declarations, comments, attributes and what follows the
 * element are passed over; undefined where it is not well formed or beyond the limits (4 M
 * characters, 32 levels, 50 000 elements).
 */
export function readXml(text: string): XmlElement | undefined {
  if (text.length > MOST_XML_LENGTH) return undefined
  type Open = { name: string; text: string; children: XmlElement[] }
  const stack: Open[] = []
  const token =
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<!DOCTYPE[^>]*>|<\/([\w.:-]+)\s*>|<([\w.:-]+)(?:\s[^<>]*?)?(\/)?>|[^<]+/gy
  let elements = 0
  while (token.lastIndex < text.length) {
    const match = token.exec(text)
    if (match === null) return undefined
    const [whole, data, closed, opened, empty] = match
    const top = stack.at(-1)
    if (opened !== undefined) {
      if (++elements > MOST_ELEMENTS || stack.length >= MOST_DEPTH) return undefined
      stack.push({ name: opened, text: '', children: [] })
    }
    if (closed !== undefined && closed !== top?.name) return undefined
    if (closed !== undefined || empty !== undefined) {
      const { name, text: inside, children } = stack.pop()!
      const element = { name, text: children.length > 0 ? '' : inside.trim(), children }
      const parent = stack.at(-1)
      if (parent === undefined) return element
      parent.children.push(element)
    } else if (data !== undefined && top) top.text += data
    else if (!whole.startsWith('<') && top) top.text += unescaped(whole)
    else if (!whole.startsWith('<') && whole.trim() !== '') return undefined
  }
  return undefined
}

function unescaped(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
