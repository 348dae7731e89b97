/** What parts the cells of a line. */
export type Delimiter = ',' | ';' | '\t'

/** Cells of one line; more are left out. */
const MAX_CELLS = 256

/**
 * The cells of a line, quotes removed and blanks trimmed. A quote left open takes the rest of the
 * line.
 */
export function cellsOf(line: string, delimiter: Delimiter): string[] {
  if (!line.includes('"')) {
    return line.split(delimiter, MAX_CELLS).map((cell) => cell.trim())
  }
  const cells: string[] = []
  let cell = ''
  let quoted = false
  for (let i = 0; i < line.length && cells.length < MAX_CELLS; i++) {
    const letter = line[i]!
    if (letter === '"') {
      if (quoted && line[i + 1] === '"') cell += line[++i]!
      else quoted = !quoted
    } else if (letter === delimiter && !quoted) {
      cells.push(cell.trim())
      cell = ''
    } else cell += letter
  }
  if (cells.length < MAX_CELLS) cells.push(cell.trim())
  return cells
}

/** The delimiter that a header line holds most of; a comma where it holds none. */
export function delimiterOf(line: string): Delimiter {
  const count = (delimiter: Delimiter): number => cellsOf(line, delimiter).length
  const [comma, semicolon, tab] = [count(','), count(';'), count('\t')]
  if (tab > comma && tab > semicolon) return '\t'
  return semicolon > comma ? ';' : ','
}
