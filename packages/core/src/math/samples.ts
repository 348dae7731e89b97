/**
 * A row of numbers in time order. Missing samples are NaN; each function says what it does with
 * them.
 */
export type Samples = Float32Array | Float64Array
