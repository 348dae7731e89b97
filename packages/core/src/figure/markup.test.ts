import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { group, label, svgDocument } from './document.ts'
import { coordinate, element, escapeMarkup } from './markup.ts'
import { themeOf } from './theme.ts'

describe('markup', () => {
  it('lets no text break out of an element or an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const safe = escapeMarkup(text)
        expect(safe).not.toMatch(/[<>"']/)
        expect(safe).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/)
      }),
      { seed: 3, numRuns: 100 },
    )
  })

  it('replaces what XML forbids and keeps every other letter', () => {
    expect(escapeMarkup('C3–A2 µV \u0000 <b>"é"')).toBe('C3–A2 µV \uFFFD &lt;b&gt;&quot;é&quot;')
    expect(escapeMarkup('\uD800x 🌙')).toBe('\uFFFDx 🌙')
  })

  it('writes numbers short and refuses those that are not numbers', () => {
    expect([1, -0, 1 / 3, 2.499, -0.001].map(coordinate)).toEqual(['1', '0', '0.33', '2.5', '0'])
    expect(() => coordinate(Number.NaN)).toThrow(/finite/)
  })

  it('leaves out attributes nobody knows', () => {
    expect(element('rect', { x: 1, y: undefined, id: 'a"b' })).toBe('<rect x="1" id="a&quot;b"/>')
  })
})

describe('a drawing', () => {
  it('has a name and a description for those who cannot see it', () => {
    const svg = svgDocument({
      id: 'night',
      width: 100.4,
      height: 50,
      title: 'A <night>',
      description: 'Calm',
      theme: themeOf('light'),
      background: true,
      children: [group(2, 3, label(0, 0, 'a & b')), group(0, 0)],
    })
    expect(svg).toMatchInlineSnapshot(
      `"<svg xmlns="http://www.w3.org/2000/svg" id="night" class="figure" viewBox="0 0 100 50" width="100" height="50" role="img" aria-labelledby="night-title night-desc" font-family="&#39;DejaVu Sans&#39;, sans-serif" font-size="13" fill="#1b2140"><title id="night-title">A &lt;night&gt;</title><desc id="night-desc">Calm</desc><rect width="100.4" height="50" fill="#ffffff"/><g transform="translate(2 3)"><text x="0" y="0">a &amp; b</text></g><g/></svg>"`,
    )
  })
})
