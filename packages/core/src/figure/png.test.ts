import { unzlibSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { encodePng, pngDataUri } from './png.ts'

const image = {
  width: 2,
  height: 2,
  pixels: Uint8Array.of(0, 1, 1, 2),
  palette: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 0),
  transparent: 2,
}

describe('a PNG', () => {
  it('has the chunks of the format in order, each with its checksum', () => {
    const png = encodePng(image)
    const text = new TextDecoder('latin1').decode(png)
    const order = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'].map((type) => text.indexOf(type))
    expect([...order].sort((a, b) => a - b)).toEqual(order)
    expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10])
    // The checksum of an empty IEND is the same in every PNG.
    expect([...png.subarray(-4)]).toEqual([0xae, 0x42, 0x60, 0x82])
  })

  it('keeps every pixel', () => {
    const png = encodePng(image)
    const at = new TextDecoder('latin1').decode(png).indexOf('IDAT')
    const size = new DataView(png.buffer).getUint32(at - 4)
    const rows = unzlibSync(png.subarray(at + 4, at + 4 + size))
    expect([...rows]).toEqual([0, 0, 1, 0, 1, 2])
  })

  it('travels inside the page', () => {
    expect(pngDataUri(image)).toMatch(/^data:image\/png;base64,iVBORw0KGgo[A-Za-z0-9+/]+=*$/)
  })
})
