import { elementsAt, type XmlElement } from './xml.ts'

type Value = string | number | boolean | readonly string[]
type Token = { readonly kind: 'text' | 'number' | 'name' | 'sign'; readonly text: string }

/** Longest query that is looked at, and its deepest brackets. */
const MOST_QUERY_LENGTH = 4096
const MOST_DEPTH = 32

/**
 * Whether a stream's document matches a query: the part of XPath 1.0 that finders of streams use
 * (`name='EEG' and channel_count > 4`, `starts-with(type,'EE')`, `contains`, `not`, `count`, paths
 * of child elements). An empty query matches all; what is not understood matches nothing.
 */
export function matchesQuery(info: XmlElement, query: string): boolean {
  if (query.trim() === '') return true
  const tokens = query.length > MOST_QUERY_LENGTH ? undefined : tokensOf(query)
  if (tokens === undefined) return false
  const reader = { tokens, at: 0, depth: 0, info, broken: false }
  const value = either(reader)
  return !reader.broken && reader.at === tokens.length && truth(value)
}

type Reader = {
  readonly tokens: readonly Token[]
  readonly info: XmlElement
  at: number
  depth: number
  broken: boolean
}

function tokensOf(query: string): Token[] | undefined {
  const token =
    /\s*(?:'([^']*)'|"([^"]*)"|(\d+\.?\d*)|([A-Za-z_][\w.-]*(?:\/[A-Za-z_][\w.-]*)*)|(!=|<=|>=|[=<>(),]))\s*/gy
  const tokens: Token[] = []
  while (token.lastIndex < query.length) {
    const match = token.exec(query)
    if (match === null) return undefined
    const [, single, double, number, name, sign] = match
    const text = single ?? double
    if (text !== undefined) tokens.push({ kind: 'text', text })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name })
    else tokens.push({ kind: 'sign', text: sign! })
  }
  return tokens
}

function either(reader: Reader): Value {
  if (++reader.depth > MOST_DEPTH) return broken(reader)
  let value = both(reader)
  while (takes(reader, 'name', 'or')) {
    const right = both(reader)
    value = truth(value) || truth(right)
  }
  reader.depth--
  return value
}

function both(reader: Reader): Value {
  let value = comparison(reader)
  while (takes(reader, 'name', 'and')) {
    const right = comparison(reader)
    value = truth(value) && truth(right)
  }
  return value
}

function comparison(reader: Reader): Value {
  const left = operand(reader)
  const sign = reader.tokens[reader.at]
  if (sign?.kind !== 'sign' || !/^(!?=|[<>]=?)$/.test(sign.text)) return left
  reader.at++
  const right = operand(reader)
  return values(left).some((a) => values(right).some((b) => holds(a, sign.text, b)))
}

/** A comparison of two values; by number where either is one or the sign orders. */
function holds(a: string | number | boolean, sign: string, b: string | number | boolean): boolean {
  const numeric = typeof a === 'number' || typeof b === 'number' || /[<>]/.test(sign)
  const [x, y] = numeric ? [Number(a), Number(b)] : [String(a), String(b)]
  switch (sign) {
    case '=':
      return x === y
    case '!=':
      return x !== y
    case '<':
      return x < y
    case '>':
      return x > y
    case '<=':
      return x <= y
    default:
      return x >= y
  }
}

function operand(reader: Reader): Value {
  const token = reader.tokens[reader.at]
  reader.at++
  if (token?.kind === 'text') return token.text
  if (token?.kind === 'number') return Number(token.text)
  if (token?.kind === 'sign' && token.text === '(') {
    const value = either(reader)
    return takes(reader, 'sign', ')') ? value : broken(reader)
  }
  if (token?.kind !== 'name') return broken(reader)
  if (takes(reader, 'sign', '(')) return called(reader, token.text)
  return elementsAt(reader.info, token.text.split('/')).map(({ text }) => text)
}

function called(reader: Reader, name: string): Value {
  const given: Value[] = []
  if (!takes(reader, 'sign', ')')) {
    do given.push(either(reader))
    while (takes(reader, 'sign', ','))
    if (!takes(reader, 'sign', ')')) return broken(reader)
  }
  const [a = '', b = ''] = given.map((value) => String(values(value)[0] ?? ''))
  const wanted = name === 'starts-with' || name === 'contains' ? 2 : name === 'true' ? 0 : 1
  if (given.length !== wanted) return broken(reader)
  if (name === 'starts-with') return a.startsWith(b)
  if (name === 'contains') return a.includes(b)
  if (name === 'not') return !truth(given[0]!)
  if (name === 'count') return values(given[0]!).length
  return name === 'true' ? true : broken(reader)
}

function takes(reader: Reader, kind: Token['kind'], text: string): boolean {
  const token = reader.tokens[reader.at]
  if (token?.kind !== kind || token.text !== text) return false
  reader.at++
  return true
}

function broken(reader: Reader): boolean {
  reader.broken = true
  return false
}

function values(value: Value): readonly (string | number | boolean)[] {
  return Array.isArray(value) ? value : [value as string | number | boolean]
}

function truth(value: Value): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}
