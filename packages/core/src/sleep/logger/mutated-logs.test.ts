import { strToU8, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { surviveMutations } from '../../../../../test/mutations.ts'
import { wallClockS, wallClockText } from '../../math/wall-clock.ts'

/** Mutations of each format: many at night, a few in passing. */
const COUNT = process.env.NOCTURNE_NIGHTLY ? 10_000 : 200
const TIMEOUT_MS = 3_600_000

const START_S = wallClockS('2023-10-28T23:50:00')!

/** Rows of an hour around a night that changes the clock; `day` is D, M, Y and the clock. */
function rows(row: (day: readonly [string, string, string], clock: string, i: number) => string) {
  return Array.from({ length: 60 }, (_, i) => {
    const text = wallClockText(START_S + i * 60)
    const [y, m, d] = text.slice(0, 10).split('-') as [string, string, string]
    return row([d, m, y], text.slice(11), i)
  })
}

const lines = (...parts: readonly string[]): Uint8Array => strToU8(parts.join('\r\n'))

const acttrust = lines(
  '+-------------+ Condor Instruments Report +-------------+',
  'DEVICE_ID : 1604',
  'DEVICE_MODEL : ActTrust2',
  'INTERVAL : 60',
  'CONNECTION_SYSTEM_DATE_TIME : 29/10/2023 10:19:10',
  'CONNECTION_DEVICE_DATE_TIME : 29/10/2023 10:18:50',
  '+-------------------------------------------------------+',
  'DATE/TIME;MS;EVENT;TEMPERATURE;EXT TEMPERATURE;PIM;LIGHT;MELANOPIC EDI',
  ...rows(([d, m, y], t, i) => `${d}/${m}/${y} ${t};0;0;28,96;29.12;${i * 7};${i}.20;${i}.1`),
)

const actiware = lines(
  '"Actiware Export File  (Version 05.00 )"',
  '"-------------------- Subject Properties--------------------"',
  '"Actiwatch Type:","Actiwatch 2"',
  '"Time Zone:","(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien"',
  '"Time Zone Offset:","+01:00","hours:minutes"',
  '"-------------------- Epoch-by-Epoch Data -------------------"',
  '"Line","Date","Time","Off-Wrist Status","Activity","Marker","White Light","Interval Status",',
  ...rows(([d, m, y], t, i) => `"${i}","${d}/${m}/${y}","${t}","0","${i}","0","${i},5","ACTIVE",`),
)

const FILES: Readonly<Record<string, readonly Uint8Array[]>> = {
  acttrust: [acttrust, zipSync({ 'log.txt': acttrust })],
  actiware: [actiware],
  'actiwatch-awd': [
    lines(
      'someone',
      '28-Oct-2023',
      '23:50',
      ' 4 ',
      '31',
      'V664055',
      'F',
      ...rows((_, __, i) => `${i}`),
    ),
    lines(
      'someone',
      '28-Oct-23',
      '11:50:00 PM',
      ' 1 ',
      '31',
      'L664055',
      'F',
      ...rows((_, __, i) => `${i} , ${i}.5${i === 9 ? ' M' : ''}`),
    ),
  ],
  'motionwatch-mtn': [
    lines(
      '<?xml version="1.0" encoding="UTF-8"?><motionfile><log2 major="2" minor="1">',
      '<change><property><name>=StartTime</name><content>2023-10-28 23:50:00</content></property>',
      '</change><change><channel><name>motion</name><units>Counts</units><epoch>60</epoch>',
      '<offset>0</offset><data encoding="text">0,1,2,3,4,5,6,7,8,9,',
      '0,0,0,0,0,12,0,0,900,0</data></channel></change></log2></motionfile>',
    ),
  ],
  daqtometer: [
    lines(
      'Start: 2023-10-28 23:50:00 GMT',
      'Serial number:,x,x',
      'Name:,Accelleration X+Y,Light',
      '',
      ...rows(([d, m, y], t, i) => `${y}-${m}-${d} ${t},${i},53`),
    ),
  ],
  'actigraph-csv': [
    lines(
      '------------ Data File Created By ActiGraph GT3X+ ActiLife v6.13 date format M/d/yyyy -----',
      'Serial Number: MOS2A00000000',
      'Start Time 23:50:00',
      'Start Date 10/28/2023',
      'Epoch Period (hh:mm:ss) 00:01:00',
      '--------------------------------------------------',
      'Axis1,Axis2,Axis3,Steps,Lux',
      ...rows((_, __, i) => `${i},${i},3,${i % 9},${i}`),
    ),
  ],
  'activity-csv': [
    lines(
      'timestamp,activity,lux',
      ...rows(([d, m, y], t, i) => `${y}-${m}-${d}T${t}Z,${i},${i}.5`),
    ),
    lines(
      'Date,Time,Activity,White Light',
      ...rows(([d, m, y], t, i) => `${m}/${d}/${y},${t},${i},2`),
    ),
    lines(
      'Datum;Zeit;Aktivität;Melanopic EDI;Nicht am Handgelenk',
      ...rows(([d, m, y], t, i) => `${d}.${m}.${y};${t};${i};${i},5;${i === 9 ? 1 : 0}`),
    ),
  ],
}

test.each(Object.entries(FILES))(
  '%s survives mutated files: an error or a record that can be',
  async (name, files) => {
    const survival = await surviveMutations(files, COUNT, { zone: 'Europe/Berlin' }, 3)
    const refused = Object.values(survival.refused).reduce((sum, n) => sum + n, 0)
    if (process.env.NOCTURNE_NIGHTLY) console.info(name, JSON.stringify(survival))
    expect(survival.read + refused).toBe(COUNT)
    expect(survival.read).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
  },
  TIMEOUT_MS,
)
