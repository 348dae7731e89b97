import { gzipSync, strToU8, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { appleExport, appleNight } from '#test/apple-export.ts'
import { surviveMutations } from '#test/mutations.ts'
import { TRACKER_FILES } from '#test/tracker-files.ts'

/** Mutations of each format: many at night, a few in passing. */
const COUNT = process.env.NOCTURNE_NIGHTLY ? 10_000 : 150
const TIMEOUT_MS = 600_000

const apple = strToU8(appleExport(appleNight(Date.UTC(2023, 9, 28, 21), 3)))
const sheet =
  '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" s="1"><v>45227.9</v></c><c r="B2" s="1"><v>45228.3</v></c></row></sheetData></worksheet>'
const workbook = zipSync({
  'xl/worksheets/sheet1.xml': strToU8(sheet),
  'xl/sharedStrings.xml': strToU8('<sst><si><t>Sleep</t></si><si><t>Wake</t></si></sst>'),
  'xl/styles.xml': strToU8(
    '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>',
  ),
})
const sleepChart = new Uint8Array(36)
for (const i of [0, 1, 2]) {
  const view = new DataView(sleepChart.buffer, i * 12)
  view.setFloat32(0, 8000 + i, true)
  view.setFloat32(4, 8000.3 + i, true)
}
const FILES: Readonly<Record<string, readonly Uint8Array[]>> = {
  'diary-csv': [
    strToU8(
      'night,bedtime,sleep onset,waketime,rise,alarm,latency,zone\n2023-10-28,2023-10-28 23:10,2023-10-28 23:30,2023-10-29 07:00,2023-10-29 07:10,yes,5,\n2023-10-29,23:10,,07:00,,no,,Asia/Tokyo\n',
    ),
    strToU8('Date;Lights out;Woke up\n13/04/2023;11:10 PM;6:50 AM\n14/04/2023;11:10 PM;6:50 AM\n'),
  ],
  'diary-json': [
    strToU8(
      JSON.stringify({
        zone: 'Asia/Tokyo',
        nights: [1, 2, 3, 4, 5].map((day) => ({
          bedtime: `2023-07-0${day} 23:00`,
          waketime: `2023-07-0${day + 1}T07:00:00+09:00`,
          asleepMin: 400,
          comment: 'warm, and a dog that barked at the moon until it had set behind the hill',
        })),
      }),
    ),
  ],
  'apple-health': [apple],
  'apple-health zip': [zipSync({ 'a/export.xml': apple })],
  'a workbook': [workbook],
  gzip: [gzipSync(strToU8(TRACKER_FILES.whoop!), { mtime: 0 })],
  'UTF-16': [Uint8Array.from([...`\ufeff${TRACKER_FILES.whoop}`].flatMap(utf16))],
  sleepchart: [sleepChart],
  ...Object.fromEntries(
    Object.entries(TRACKER_FILES).map(([name, text]) => [name, [strToU8(text)]]),
  ),
}

function utf16(character: string): number[] {
  const unit = character.charCodeAt(0)
  return [unit & 255, unit >> 8]
}

test.each(Object.entries(FILES))(
  '%s survives mutated files: an error or a record that can be',
  async (_, files) => {
    const survival = await surviveMutations(files, COUNT, { zone: 'Europe/Berlin' })
    const refused = Object.values(survival.refused).reduce((sum, n) => sum + n, 0)
    if (process.env.NOCTURNE_NIGHTLY) console.info(_, JSON.stringify(survival))
    expect(survival.read + refused).toBe(COUNT)
    expect(survival.read).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
  },
  TIMEOUT_MS,
)
