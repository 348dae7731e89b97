import { strFromU8, strToU8 } from 'fflate'
import { zonedText } from '../../math/time-zone.ts'
import { attributesOf, XmlScanner, type XmlTaker } from '../evidence/xml-scanner.ts'
import { type SheetCell, sheetGraph } from './sheet-graph.ts'

/** Rows and columns of a sheet; what lies beyond is no diary. */
const MAX_ROWS = 100_000
const MAX_COLUMNS = 400
const DAY_MS = 86_400_000
/** Day 0 of a workbook's dates, 1899-12-30, and of those that count from 1904. */
const EPOCH_1900_MS = -25_569 * DAY_MS
const EPOCH_1904_MS = -24_107 * DAY_MS
/** The number formats that are dates or times without saying so: ECMA-376 part 1, 18.8.30. */
const DATE_FORMATS = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47])

type Parts = ReadonlyMap<string, readonly Uint8Array[]>

/** The part of a workbook that a file in a zip is; undefined when it is not needed. */
export function workbookPart(name: string): string | undefined {
  return /(?:^|\/)xl\/(workbook|sharedStrings|styles|worksheets\/sheet1)\.xml$/.exec(name)?.[1]
}

/**
 * The first sheet of a workbook as comma-separated text: dates as `2023-10-29 23:10:00`, times of
 * day as `23:10:00`; a graph of filled hours as a table of sleeps. Undefined when there is no
 * sheet.
 */
export function workbookText(parts: Parts): Uint8Array | undefined {
  const sheet = parts.get('worksheets/sheet1')
  if (sheet === undefined) return undefined
  const rows = sheetRows(sheet, parts)
  const table = rows.map((row) => Array.from(row, (cell) => quoted(cell?.text)).join(','))
  return strToU8(sheetGraph(rows) ?? table.join('\n'))
}

const NO_CELL: SheetCell = { text: '', fill: 0 }

function sheetRows(sheet: readonly Uint8Array[], parts: Parts): SheetCell[][] {
  const strings = sharedStrings(parts.get('sharedStrings') ?? [])
  const styles = cellStyles(parts.get('styles') ?? [])
  const epochMs = countsFrom1904(parts.get('workbook') ?? []) ? EPOCH_1904_MS : EPOCH_1900_MS
  const rows: SheetCell[][] = []
  let [kind, style, column, text] = ['n', 0, 0, '']
  let isValue = false
  const keep = (): void => {
    const row = rows.at(-1)
    if (row === undefined || column >= MAX_COLUMNS) return
    while (row.length < column) row.push(NO_CELL)
    const value = kind === 's' ? (strings[Number(text)] ?? '') : text
    const isDate = kind === 'n' && styles.isDate(style) && text !== ''
    row[column] = {
      text: isDate ? dateText(Number(text), epochMs) : value,
      fill: styles.fillOf(style),
    }
  }
  scan(sheet, {
    start(name, attributes, isEmpty) {
      if (name === 'row' && rows.length < MAX_ROWS) rows.push([])
      isValue = name === 'v' || name === 't'
      if (name !== 'c') return
      const cell = attributesOf(attributes)
      kind = cell.get('t') ?? 'n'
      style = Number(cell.get('s') ?? 0)
      column = columnOf(cell.get('r')) ?? rows.at(-1)?.length ?? 0
      text = ''
      if (isEmpty) keep()
    },
    end(name) {
      isValue = false
      if (name === 'c') keep()
    },
    text(piece) {
      if (isValue && text.length < 4096) text += piece
    },
  })
  return rows
}

function scan(pieces: readonly Uint8Array[], taker: XmlTaker): void {
  new XmlScanner(taker).push(textOf(pieces))
}

function textOf(pieces: readonly Uint8Array[]): string {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return strFromU8(whole)
}

function sharedStrings(pieces: readonly Uint8Array[]): string[] {
  const strings: string[] = []
  let isText = false
  scan(pieces, {
    start(name) {
      if (name === 'si') strings.push('')
      isText = name === 't'
    },
    end() {
      isText = false
    },
    text(piece) {
      if (isText && strings.length > 0) strings[strings.length - 1] += piece
    },
  })
  return strings
}

/** What the styles of cells say: whether a number is a date or a time, and the fill. */
type CellStyles = { isDate(style: number): boolean; fillOf(style: number): number }

function cellStyles(pieces: readonly Uint8Array[]): CellStyles {
  const codes = new Map<number, string>()
  const styles: { format: number; fill: number }[] = []
  const isSolid: boolean[] = []
  let isCell = false
  scan(pieces, {
    start(name, text) {
      if (name === 'cellXfs') isCell = true
      const attributes = attributesOf(text)
      const format = Number(attributes.get('numFmtId') ?? 0)
      if (name === 'numFmt') codes.set(format, attributes.get('formatCode') ?? '')
      if (name === 'patternFill') isSolid.push(attributes.get('patternType') === 'solid')
      if (name === 'xf' && isCell) styles.push({ format, fill: Number(attributes.get('fillId')) })
    },
    end(name) {
      if (name === 'cellXfs') isCell = false
    },
  })
  return {
    isDate(style) {
      const format = styles[style]?.format ?? 0
      const code = codes.get(format)?.replace(/"[^"]*"|\[[^\]]*\]|\\./g, '')
      return DATE_FORMATS.has(format) || (code !== undefined && /[dyhms]/i.test(code))
    },
    fillOf(style) {
      const fill = styles[style]?.fill ?? 0
      return isSolid[fill] === true ? fill : 0
    },
  }
}

function countsFrom1904(pieces: readonly Uint8Array[]): boolean {
  return /date1904="(1|true)"/.test(textOf(pieces))
}

/** Column number of `AB12`, from 0. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^([A-Z]{1,3})\d+$/.exec(reference ?? '')?.[1]
  if (letters === undefined) return undefined
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

/** A date, or a time of day where the day is 0; to the second. */
function dateText(days: number, epochMs: number): string {
  if (!(days >= 0 && days < 1e6)) return ''
  const seconds = Math.round(days * 86_400)
  const text = zonedText('UTC', seconds * 1000 + epochMs).replace('T', ' ')
  return days < 1 ? text.slice(11, 19) : text.slice(0, 19)
}

function quoted(cell: string | undefined): string {
  if (cell === undefined || !/[",\n\r;\t]/.test(cell)) return cell ?? ''
  return `"${cell.replaceAll('"', '""')}"`
}
