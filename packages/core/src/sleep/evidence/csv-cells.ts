/** A quoted cell that does not end within this many characters is taken as it stands. */
const MAX_QUOTED_CHARS = 1 << 18

const DELIMITERS = [',', ';', '\t', '|'] as const

/** Puts the cells of delimited text together, line by line. */
export type CsvCells = {
  /**
   * The cells of a row that ends with this line, white space around them removed; undefined while
   * a quoted cell goes on over the line's end.
   */
  row(line: string): readonly string[] | undefined
}

/**
 * Reads delimited text with `"` quotes (doubled inside, RFC 4180), of lines without their ends. A
 * quote inside a bare cell is a character like any other.
 */
export function csvCells(delimiter: string): CsvCells {
  let pending: string | undefined
  return {
    row(line) {
      const text = pending === undefined ? line : `${pending}\n${line}`
      const cells = cellsOf(text, delimiter)
      if (cells === undefined && text.length <= MAX_QUOTED_CHARS) {
        pending = text
        return undefined
      }
      pending = undefined
      return cells ?? text.split(delimiter).map((cell) => cell.trim())
    },
  }
}

/** The delimiter of a header line: of comma, semicolon, tab and bar the one it has most of. */
export function delimiterOf(line: string): string {
  const bare = line.replace(/"[^"]*"/g, '')
  let [best, most] = [',', 0]
  for (const delimiter of DELIMITERS) {
    const count = bare.split(delimiter).length - 1
    if (count > most) [best, most] = [delimiter, count]
  }
  return best
}

/**
 * A column's name to compare by: its letters and digits in lower case, `Sleep onset` =
 * `sleeponset`.
 */
export function columnKey(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
}

/** The cells of a row; undefined when a quote is still open at its end. */
function cellsOf(text: string, delimiter: string): string[] | undefined {
  if (!text.includes('"')) return text.split(delimiter).map((cell) => cell.trim())
  const cells: string[] = []
  let at = 0
  while (at <= text.length) {
    const start = at + blanksAt(text, at, delimiter)
    if (text[start] !== '"') {
      const end = text.indexOf(delimiter, at)
      cells.push(text.slice(at, end < 0 ? undefined : end).trim())
      if (end < 0) return cells
      at = end + delimiter.length
      continue
    }
    const close = closingQuote(text, start + 1)
    if (close < 0) return undefined
    const next = text.indexOf(delimiter, close)
    const tail = text.slice(close + 1, next < 0 ? undefined : next).trim()
    cells.push((text.slice(start + 1, close).replaceAll('""', '"') + tail).trim())
    if (next < 0) return cells
    at = next + delimiter.length
  }
  return cells
}

function blanksAt(text: string, at: number, delimiter: string): number {
  let n = 0
  while (text[at + n] === ' ' || (text[at + n] === '\t' && delimiter !== '\t')) n++
  return n
}

/** Index of the quote that ends a cell, -1 when there is none. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from)
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2)
  return at
}
