import { describe, expect, it } from 'vitest'
import { matchesQuery } from './query.ts'
import {
  channelsElement,
  describedChannels,
  type LslStreamInfo,
  readStreamInfo,
  streamInfoElement,
  streamInfoXml,
} from './stream-info.ts'
import { readXml, writeXml } from './xml.ts'

const INFO: LslStreamInfo = {
  ...{ name: 'Bed & <breakfast>', type: 'EEG', channelCount: 2, rateHz: 62.5, format: 'double64' },
  ...{ sourceId: 'cap-7', version: 110, createdAtS: 12.5, uid: 'a1-b2', sessionId: 'default' },
  ...{ hostname: 'lab', address: '192.0.2.9', dataPort: 16_572, timePort: 16_573 },
  description: [
    channelsElement([
      { label: 'Fz', unit: 'uV', type: 'EEG' },
      { label: 'ACC', unit: 'g', type: 'ACC' },
    ]),
  ],
}

describe('a stream’s document', () => {
  it('comes back as it was', () => {
    expect(readStreamInfo(streamInfoXml(INFO, true), '192.0.2.9')).toEqual({
      ok: true,
      value: INFO,
    })
    const short = readStreamInfo(streamInfoXml(INFO, false), '192.0.2.9')
    expect(short).toEqual({ ok: true, value: { ...INFO, description: [] } })
  })

  it('names every field that receivers look for', () => {
    const text = streamInfoXml(INFO, false)
    expect(text).toContain('<nominal_srate>62.5000000000000</nominal_srate>')
    expect(text).toContain('<version>1.100000000000000</version>')
    expect(text).toContain('<channel_format>double64</channel_format>')
    expect(text).toContain('<v4data_port>16572</v4data_port>')
    expect(text).toContain('<v4service_port>16573</v4service_port>')
    expect(text).toContain('<desc />')
  })

  it('describes its channels; those it does not are numbered', () => {
    expect(describedChannels(INFO)).toEqual([
      { label: 'Fz', unit: 'microvolts' },
      { label: 'ACC', unit: 'g' },
    ])
    expect(describedChannels({ ...INFO, description: [] })).toEqual([
      { label: '1', unit: '' },
      { label: '2', unit: '' },
    ])
  })

  it.each([
    ['no XML', 'no <info>'],
    ['<info><name>x</name></info>', '""'],
    [streamInfoXml(INFO, false).replace('double64', 'float16'), '"float16"'],
    [streamInfoXml(INFO, false).replace('62.5', '-62.5'), '-62.5'],
    [streamInfoXml(INFO, false).replace('>2<', '>99999<'), '99999'],
    [streamInfoXml(INFO, false).replace('a1-b2', ''), 'nothing'],
  ])('a document without sense is a problem (%#)', (text, got) => {
    const read = readStreamInfo(text, '')
    expect(!read.ok && read.problem.got).toContain(got)
  })
})

describe('the little XML', () => {
  it('reads declarations, comments, attributes, entities and raw text', () => {
    const text =
      '<?xml version="1.0"?><!-- x --><a b="c"><d/><e>1 &lt; 2 &#228;&#x20ac;</e><f><![CDATA[<&>]]></f></a>'
    const root = readXml(text)
    expect(root?.children.map(({ name, text: inside }) => [name, inside])).toEqual([
      ['d', ''],
      ['e', '1 < 2 ä€'],
      ['f', '<&>'],
    ])
  })

  it('writes what it can read', () => {
    const root = streamInfoElement(INFO, true)
    expect(readXml(writeXml(root))).toEqual(root)
  })

  it.each(['', 'x', '<a>', '<a></b>', '<a><b></a></b>', '<a', `${'<a>'.repeat(40)}`])(
    '%j is no document',
    (text) => {
      expect(readXml(text)).toBeUndefined()
    },
  )
})

describe('a query', () => {
  it.each([
    ['', true],
    ["name='Bed & <breakfast>'", true],
    ["session_id='default' and name='Bed & <breakfast>'", true],
    ['session_id="default" and type="EEG"', true],
    ["type='Markers'", false],
    ["type!='Markers'", true],
    ['channel_count>1 and nominal_srate<=62.5', true],
    ['channel_count = 2.0', true],
    ["starts-with(name,'Bed') and contains(hostname,'a')", true],
    ["not(starts-with(name,'Bed'))", false],
    ["type='Markers' or (type='EEG' and source_id='cap-7')", true],
    ["type='EEG' or type='Markers' and source_id='none'", true],
    ["desc/channels/channel/label='ACC'", true],
    ['count(desc/channels/channel)=2', true],
    ["desc/manufacturer='x'", false],
    ['desc/channels', true],
    ["name='", false],
    ["position()=1 and name='x'", false],
    ["name='x')", false],
    ["matches(name,'.*')", false],
    [`name='${'x'.repeat(5000)}'`, false],
  ])('%j is %s', (query, matches) => {
    expect(matchesQuery(streamInfoElement(INFO, true), query)).toBe(matches)
  })
})
