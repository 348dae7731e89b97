import { csvCells } from '../evidence/csv-cells.ts'

/**
 * The cells of one line, quotes removed and blanks trimmed: a logger's rows do not go over a line's
 * end, and a quote left open is a character like any other.
 */
export function cellsOf(line: string, delimiter: string): readonly string[] {
  return csvCells(delimiter).row(line) ?? line.split(delimiter).map((cell) => cell.trim())
}
