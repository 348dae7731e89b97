/** What a column of a delimited log holds, by its name. */
export type ColumnRole =
  | 'dateTime'
  | 'date'
  | 'time'
  | 'activityCounts'
  | 'steps'
  | 'photopicLux'
  | 'bareLight'
  | 'melanopicEdiLux'
  | 'skinTemperatureC'
  | 'worn'
  | 'offWrist'

/** Names as loggers and people write them, in English, French, German and Portuguese. */
const NAMES: readonly (readonly [ColumnRole, RegExp])[] = [
  ['dateTime', /^(date[ /_.-]?time|timestamp|time[ _]?stamp|zeitstempel)( \(?(utc|local)\)?)?$/],
  ['date', /^(date|datum|data)$/],
  ['time', /^(time|zeit|uhrzeit|heure|hora|clock)$/],
  ['melanopicEdiLux', /melanopic[ _]?edi|^medi$|^mel[ _.]?edi|^melanopic([ _]?lux| illuminance)$/],
  [
    'photopicLux',
    /^(white[ _]?light|weißes licht|lumière blanche|photopic|(photopic[ _]?)?(illuminance|lux)|light[ _]?\(?lux\)?)/,
  ],
  ['bareLight', /^(light|licht|lumière|luminosidade)$/],
  [
    'activityCounts',
    /^(activity|aktivität|activité|atividade|(activity[ _.])?counts?|pim|zcm|tat|axis1|motion|acc|enmo)( \(.*\))?$/,
  ],
  ['steps', /^steps$/],
  ['skinTemperatureC', /^((skin|wrist)[ _]?temp(erature)?)/],
  [
    'offWrist',
    /^(off[ _-]?wrist( status)?|nonwear|non-wear)$|nicht am handgelenk|hors (du )?poignet/,
  ],
  ['worn', /^(worn|wear)$/],
]

/** The role of a column by its name; undefined for one that is not read. */
export function columnRole(name: string): ColumnRole | undefined {
  const plain = name
    .toLowerCase()
    .replace(/[“”„:]/g, '')
    .trim()
  return NAMES.find(([, pattern]) => pattern.test(plain))?.[0]
}
