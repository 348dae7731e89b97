import { describe, expect, it } from 'vitest'
import { pictureOf } from './picture.ts'

const svg = (text: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 20" width="100" height="20"><text x="2" y="15" font-family="'DejaVu Sans', sans-serif">${text}</text></svg>`

describe('a picture', () => {
  it('is a PNG of the width asked for, the same bytes every time', () => {
    const png = pictureOf(svg('µV'), 300)
    const view = new DataView(png.buffer, png.byteOffset)
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([300, 60])
    expect(pictureOf(svg('µV'), 300)).toEqual(png)
  })

  it('draws words with the faces that ship with the program', () => {
    expect(pictureOf(svg('N3')).length).toBeGreaterThan(pictureOf(svg('')).length + 500)
  })
})
