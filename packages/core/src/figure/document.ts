import { type Attributes, element, escapeMarkup } from './markup.ts'
import type { Theme } from './theme.ts'

/**
 * A whole drawing: its size in user units, its words for those who cannot see it, and its content.
 */
export type Drawing = {
  /** Unique on the page: the ids of title and description are made from it. */
  readonly id: string
  readonly width: number
  readonly height: number
  readonly title: string
  readonly description: string
  readonly theme: Theme
  readonly children: readonly string[]
  /** Paint the surface behind it: for a picture that stands alone. */
  readonly background?: boolean
  /** More attributes of the root, such as where its data lies. */
  readonly attributes?: Attributes
}

/**
 * A complete SVG element: scales with its container by its viewBox, is one image with a name and a
 * description to assistive technology, and carries no style that a content policy could refuse.
 */
export function svgDocument(drawing: Drawing): string {
  const { id, width, height, title, description, theme, children, background } = drawing
  const attributes: Attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    id,
    class: 'figure',
    viewBox: `0 0 ${Math.round(width)} ${Math.round(height)}`,
    width: Math.round(width),
    height: Math.round(height),
    role: 'img',
    'aria-labelledby': `${id}-title ${id}-desc`,
    'font-family': theme.fontFamily,
    'font-size': 13,
    fill: theme.ink,
    ...drawing.attributes,
  }
  return element(
    'svg',
    attributes,
    element('title', { id: `${id}-title` }, escapeMarkup(title)),
    element('desc', { id: `${id}-desc` }, escapeMarkup(description)),
    ...(background ? [element('rect', { width, height, fill: theme.surface })] : []),
    ...children,
  )
}

/** Text at a point; `attributes` set the anchor, size, colour and weight. */
export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeMarkup(text))
}

/** Children moved by `x`, `y`. */
export function group(x: number, y: number, ...children: string[]): string {
  const moved = x !== 0 || y !== 0
  return element('g', moved ? { transform: `translate(${x} ${y})` } : {}, ...children)
}
