/** What a sleeper is asked for: a span of the black box, unix ms. */
export type AskedPiece = {
  readonly incident: string
  readonly fromMs: number
  readonly toMs: number
}
