import type { NormGroup } from './norm-group.ts'

/**
 * 10th, 50th and 90th percentile over people of the Bitbrain Open Access Sleep data (OpenNeuro
 * ds005555, CC0; consensus of three experts), all ages first. Made by scripts/evaluate/norms.ts; do
 * not edit.
 */
export const BOAS_NORMS: readonly NormGroup[] = [
  {
    fromAge: 18,
    toAge: 120,
    people: 45,
    nights: 61,
    youngest: 21,
    oldest: 82,
    ranges: {
      tstMin: [325.7, 417.5, 471.1],
      wasoMin: [4.2, 16.5, 70.1],
      maintenancePct: [83.4, 96.3, 99],
      n1Pct: [1.7, 3.4, 7.1],
      remPct: [12.1, 19.7, 24.2],
      remLatencyMin: [64.2, 129, 196.4],
      awakenings: [7, 15, 27.6],
      fragmentationPerH: [1.1, 2.3, 4.1],
    },
  },
  {
    fromAge: 18,
    toAge: 44,
    people: 35,
    nights: 40,
    youngest: 21,
    oldest: 41,
    ranges: {
      tstMin: [345.2, 441.5, 472.8],
      wasoMin: [3.7, 12.5, 53.4],
      maintenancePct: [89.2, 97.1, 99],
      n1Pct: [1.7, 3.2, 7.1],
      remPct: [12.4, 20.8, 24.2],
      remLatencyMin: [64.2, 93, 200.9],
      awakenings: [5.2, 13, 27.6],
      fragmentationPerH: [1, 1.9, 4],
    },
  },
  {
    fromAge: 60,
    toAge: 120,
    people: 10,
    nights: 21,
    youngest: 64,
    oldest: 82,
    ranges: {
      tstMin: [280.8, 345.3, 407.5],
      wasoMin: [39, 67.6, 97.9],
      maintenancePct: [75.6, 84, 89.5],
      n1Pct: [3.4, 5.3, 6],
      remPct: [12.4, 18.6, 24.3],
      remLatencyMin: [63.2, 143.9, 195.1],
      awakenings: [14.1, 16.3, 24.8],
      fragmentationPerH: [2.3, 3, 4.8],
    },
  },
]
