import { describe, expect, test } from 'vitest'
import { attributeOf, attributesOf, XmlScanner } from './xml-scanner.ts'

function scan(text: string, size = text.length) {
  const told: string[] = []
  const scanner = new XmlScanner({
    start: (name, attributes, isEmpty) => {
      const list = [...attributesOf(attributes)].map(([key, value]) => `${key}=${value}`)
      told.push(`<${[name, ...list].join(' ')}${isEmpty ? '/' : ''}>`)
    },
    end: (name) => told.push(`</${name}>`),
    text: (piece) => told.push(piece),
  })
  let fits = true
  for (let at = 0; at < text.length; at += Math.max(1, size)) {
    fits = scanner.push(text.slice(at, at + size)) && fits
  }
  return { told: told.join(''), isWhole: scanner.end(), fits }
}

const DOCUMENT = `<?xml version="1.0"?><!DOCTYPE a [ <!-- ]> <b/> --> <!ENTITY x "y"> ]>
<a b='1 > 0' c="&lt;&#233;&unknown;"><!-- <d/> --><![CDATA[<e/>]]>f &amp; g<h/></a >`

describe('an XML scanner', () => {
  test('tells tags, attributes and text, and skips comments, instructions and the DTD', () => {
    const { told, isWhole } = scan(DOCUMENT)
    expect(told.trim()).toBe('<a b=1 > 0 c=<é&unknown;><e/>f & g<h/></a>')
    expect(isWhole).toBe(true)
  })

  test('tells the same in pieces of any size', () => {
    for (let size = 1; size < 60; size++)
      expect(scan(DOCUMENT, size).told).toBe(scan(DOCUMENT).told)
  })

  test('says when a document ends within a tag, and when a tag does not end', () => {
    expect(scan('<a><b c="').isWhole).toBe(false)
    expect(scan('<a><!-- ').isWhole).toBe(false)
    expect(scan(`<a b="${'x'.repeat(1_200_000)}`, 65_536).fits).toBe(false)
    expect(scan(`<a><!-- ${'x'.repeat(1_200_000)} --></a>`, 65_536)).toMatchObject({ fits: true })
  })

  test('finds one attribute by its whole name', () => {
    expect(attributeOf(' xstart="1" start="2"', 'start')).toBe('2')
    expect(attributeOf(' start = \'a "b" c\'', 'start')).toBe('a "b" c')
    expect(attributeOf(' xstart="1"', 'start')).toBeUndefined()
  })
})
