import type { VariantFields } from './variant.ts'

/**
 * SD of the whole sleep-duration score of 73 leads, minutes, under Hardy-Weinberg: sqrt of the sum
 * of 2 p (1 - p) beta^2. Source: Dashti 2019.
 */
export const SLEEP_DURATION_SCORE_SD_MIN = 5.2

const MINUTES = 60

/**
 * Leads of self-reported sleep duration that lie inside a gene or beside the one the authors name:
 * to be shown and never used, as sleep need is not inferred from genes. Source: Dashti 2019, n =
 * 446,118.
 */
export const SLEEP_DURATION_LEADS: readonly VariantFields[] = [
  lead('rs7556815', 'PAX8', '2', 114085785, 'GA', 0.219144, 0.0407248, 0.00274023),
  lead('rs75539574', 'VRK2', '2', 58871658, 'AC', 0.085792, 0.0362482, 0.00406522),
  lead('rs2717076', 'VRK2', '2', 58061127, 'CT', 0.627416, 0.0184107, 0.00234091),
  lead('rs61796569', 'PDE4B', '1', 66476437, 'CT', 0.269583, 0.0154442, 0.00256443),
  lead('rs269054', 'DAB1', '1', 57864304, 'TA', 0.422076, 0.0136431, 0.00229327),
  lead('rs13109404', 'BANK1', '4', 102896591, 'TG', 0.071976, -0.0312035, 0.00440829),
  lead('rs174560', 'FADS1', '11', 61581764, 'TC', 0.314215, 0.0135751, 0.00243675),
  lead('rs1079727', 'DRD2', '11', 113289182, 'TC', 0.157818, 0.0182922, 0.00310347),
  lead('rs9937053', 'FTO', '16', 53799507, 'GA', 0.423305, -0.0169348, 0.00229041),
  lead('rs12607679', 'TCF4', '18', 53059748, 'TC', 0.262283, -0.0201387, 0.00259284),
]

function lead(
  rsid: string,
  gene: string,
  chromosome: string,
  grch37: number,
  refAlt: string,
  effectAlleleFrequency: number,
  betaH: number,
  seH: number,
): VariantFields {
  return {
    rsid,
    gene,
    chromosome,
    positions: { GRCh37: grch37 },
    effectAllele: refAlt[1] as VariantFields['effectAllele'],
    otherAllele: refAlt[0] as VariantFields['otherAllele'],
    effectAlleleFrequency,
    on: 'sleepDuration',
    per: 'copy',
    betaMin: betaH * MINUTES,
    se: seH * MINUTES,
    n: 446118,
    ancestry: 'EUR',
    doi: '10.1038/s41467-019-08917-4',
    derivation: 'published in hours of self-reported sleep per copy',
  }
}
