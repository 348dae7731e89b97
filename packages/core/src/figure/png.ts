import { zlibSync } from 'fflate'
import { assert } from '../math/assert.ts'
import { base64 } from '../math/base64.ts'
import { crc32 } from '../math/crc32.ts'

/**
 * A picture of palette colours: `pixels` row by row from the top, each an index into `palette` (RGB
 * bytes).
 */
export type IndexedImage = {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
  /** 1 to 256 colours, 3 bytes each. */
  readonly palette: Uint8Array
  /** A palette index drawn as nothing: missing data. */
  readonly transparent?: number
}

/** An 8-bit indexed PNG (PNG 1.2, colour type 3). Same image, same bytes. Sizes 1..65535. */
export function encodePng(image: IndexedImage): Uint8Array {
  const { width, height, pixels, palette, transparent } = image
  assert(width >= 1 && height >= 1 && width < 65536 && height < 65536, 'image size out of range')
  assert(pixels.length === width * height, 'an image needs width x height pixels')
  assert(palette.length % 3 === 0 && palette.length <= 768, 'a palette has 1 to 256 RGB colours')
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, 3, 0, 0, 0], 8)
  const chunks = [SIGNATURE, chunk('IHDR', header), chunk('PLTE', palette)]
  if (transparent !== undefined) {
    const alpha = new Uint8Array(palette.length / 3).fill(255)
    alpha[transparent] = 0
    chunks.push(chunk('tRNS', alpha))
  }
  chunks.push(chunk('IDAT', zlibSync(filtered(pixels, width), { level: 9 })))
  chunks.push(chunk('IEND', new Uint8Array(0)))
  return concatenate(chunks)
}

/** The image as a `data:image/png;base64,…` address that needs no file beside the page. */
export function pngDataUri(image: IndexedImage): string {
  return `data:image/png;base64,${base64(encodePng(image))}`
}

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10)

/** Each row behind its filter byte 0: indexed pixels compress best unfiltered (PNG 1.2, 9.6). */
function filtered(pixels: Uint8Array, width: number): Uint8Array {
  const rows = pixels.length / width
  const out = new Uint8Array(rows * (width + 1))
  for (let r = 0; r < rows; r++) {
    out.set(pixels.subarray(r * width, (r + 1) * width), r * (width + 1) + 1)
  }
  return out
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + 12)
  const view = new DataView(out.buffer)
  view.setUint32(0, data.length)
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i)
  out.set(data, 8)
  view.setUint32(out.length - 4, crc32(out.subarray(4, out.length - 4)))
  return out
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
