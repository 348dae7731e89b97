import { escapeMarkup } from '../../figure/index.ts'
import type { Night } from '../night/night.ts'
import type { FigureOptions } from './frame.ts'

/**
 * A table's cell, escaped on the way out: text or a number, a note under it, for a number a shade
 * 0..1.
 */
export type Cell =
  | string
  | { readonly text: string; readonly note: string }
  | { readonly number: string; readonly note?: string; readonly shade?: number }

/** A table with a caption, one header row, and a header cell at the start of every row. */
export type Table = {
  readonly caption: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/** A paragraph of plain text, escaped. */
export function paragraph(text: string, className?: string): string {
  return `<p${className ? ` class="${className}"` : ''}>${escapeMarkup(text)}</p>`
}

/** A card with a heading of level 2 or 3; `body` is markup. The heading's id names the region. */
export function card(id: string, title: string, level: 2 | 3, body: string): string {
  const heading = `<h${level} id="${id}-heading">${escapeMarkup(title)}</h${level}>`
  return `<section class="card" id="${id}" aria-labelledby="${id}-heading">${heading}${body}</section>`
}

/** A table in a box of its own that scrolls sideways on a phone and can be reached by keyboard. */
export function tableHtml(table: Table): string {
  const head = table.head.map((text) => `<th scope="col">${escapeMarkup(text)}</th>`).join('')
  const rows = table.rows.map((row) => `<tr>${row.map(cellHtml).join('')}</tr>`).join('')
  const caption = escapeMarkup(table.caption)
  return (
    `<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>` +
    `<caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`
  )
}

/**
 * A figure in its two layouts, of which the style sheet shows one, with a caption (markup). Nothing
 * when the drawing is empty.
 */
export function figureHtml(
  night: Night,
  id: string,
  draw: (night: Night, options: FigureOptions) => string,
  caption: string,
): string {
  const wide = draw(night, { layout: 'wide', id: `${id}-wide` })
  if (wide === '') return ''
  const narrow = draw(night, { layout: 'narrow', id: `${id}-narrow` })
  return (
    `<figure id="${id}"><div class="wide">${wide}</div><div class="narrow">${narrow}</div>` +
    `<figcaption>${caption}</figcaption></figure>`
  )
}

/** Pairs of a term and what it is, as a description list. */
export function definitions(pairs: readonly (readonly [string, string])[]): string {
  const items = pairs.map(
    ([term, text]) => `<div><dt>${escapeMarkup(term)}</dt><dd>${escapeMarkup(text)}</dd></div>`,
  )
  return `<dl class="facts">${items.join('')}</dl>`
}

/** A list of plain sentences. */
export function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escapeMarkup(item)}</li>`).join('')}</ul>`
}

function cellHtml(cell: Cell, index: number): string {
  const content = contentHtml(cell)
  if (index === 0) return `<th scope="row">${content}</th>`
  if (typeof cell === 'string' || 'text' in cell) return `<td>${content}</td>`
  const shade = cell.shade === undefined ? '' : ` shade-${shadeOf(cell.shade)}`
  return `<td class="n${shade}">${content}</td>`
}

function contentHtml(cell: Cell): string {
  if (typeof cell === 'string') return escapeMarkup(cell)
  const note = cell.note ? `<small>${escapeMarkup(cell.note)}</small>` : ''
  return escapeMarkup('text' in cell ? cell.text : cell.number) + note
}

/** Ten shades as classes: the page carries no style attributes. */
function shadeOf(share: number): number {
  return Number.isFinite(share) ? Math.max(0, Math.min(9, Math.floor(share * 10))) : 0
}
