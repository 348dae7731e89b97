/** No amplifier gives more, in uV or g: what does is not a number that was measured. */
const MOST = 1e6

/** The sample itself, or NaN where it is missing, endless or beyond every amplifier. */
export function believable(raw: number): number {
  return raw <= MOST && raw >= -MOST ? raw : NaN
}
