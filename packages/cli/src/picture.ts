import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-js'

/** A picture's width in pixels that is sharp on a good screen and small enough to send. */
const PICTURE_WIDTH = 1600

const FACES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf', 'DejaVuSans-Oblique.ttf']

/**
 * An SVG drawn as PNG, `width` pixels wide, with the DejaVu faces that ship with the program and no
 * others: the same drawing gives the same bytes on every machine. The drawing must carry its own
 * colours (a theme other than `page`). Throws when the SVG is not well formed.
 */
export function pictureOf(svg: string, width: number = PICTURE_WIDTH): Uint8Array {
  const find = createRequire(import.meta.url)
  const fontFiles = FACES.map((face) => find.resolve(`dejavu-fonts-ttf/ttf/${face}`))
  const picture = new Resvg(svg, {
    fitTo: { mode: 'width', value: width },
    font: {
      loadSystemFonts: false,
      fontFiles,
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
  })
  return picture.render().asPng()
}
