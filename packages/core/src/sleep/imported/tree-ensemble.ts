import { assert } from '../../math/assert.ts'
import { exp } from '../../math/elementary.ts'

/** How raw sums of leaves become the output. */
export type TreeObjective = 'softmax' | 'sigmoid' | 'one-versus-all' | 'identity'

/**
 * Boosted regression trees as flat columns. Node `i` asks `row[feature[i]] <= threshold[i]`;
 * children >= 0 are nodes, children < 0 are leaves `~child`. Tree `t` starts at `root[t]` (a node,
 * or a leaf when negative) and adds to class `t % classes`.
 */
export type TreeEnsemble = {
  readonly featureNames: readonly string[]
  readonly classes: number
  readonly objective: TreeObjective
  /** Slope of the sigmoid, for the objectives that have one. */
  readonly sigmoid: number
  /** True for random forests, whose trees are averaged rather than added. */
  readonly averaged: boolean
  readonly root: Int32Array
  readonly feature: Int32Array
  readonly threshold: Float64Array
  readonly left: Int32Array
  readonly right: Int32Array
  /**
   * Bit 0: missing goes left. Bits 1-2: 0 = missing counts as 0, 1 = zero is missing, 2 = NaN is.
   */
  readonly missing: Uint8Array
  readonly leafValue: Float64Array
  /** Mean output below each node, weighted by the training rows that reached each leaf. */
  readonly nodeMean: Float64Array
}

/** Rows that walk one tree together, so that both the tree and the rows stay in the fast cache. */
const BLOCK_ROWS = 64
/** LightGBM calls anything nearer to zero than this "zero". */
const ZERO = 1e-35

/**
 * Raw scores, rows x classes, of a row-major table of features (NaN = missing, handled as each node
 * was trained to). For the softmax objective these are logits.
 */
export function treeScores(trees: TreeEnsemble, rows: Float64Array): Float64Array {
  const width = trees.featureNames.length
  assert(rows.length % width === 0, `${rows.length} values are no rows of ${width} features`)
  const count = rows.length / width
  const scores = new Float64Array(count * trees.classes)
  const plain = trees.missing.every((bits) => bits >> 1 === 0)
  const values = plain ? rows.map((value) => (Number.isNaN(value) ? 0 : value)) : rows
  for (let from = 0; from < count; from += BLOCK_ROWS) {
    const to = Math.min(count, from + BLOCK_ROWS)
    for (let t = 0; t < trees.root.length; t++) {
      if (plain) addPlainTree(trees, t, values, from, to, scores)
      else addTree(trees, t, values, from, to, scores)
    }
  }
  if (trees.averaged) scale(scores, trees.classes / trees.root.length)
  return scores
}

/** The model's outputs, rows x classes: probabilities, or values for the identity objective. */
export function treeOutputs(trees: TreeEnsemble, rows: Float64Array): Float64Array {
  const out = treeScores(trees, rows)
  if (trees.objective === 'softmax') softmaxRows(out, trees.classes)
  if (trees.objective === 'sigmoid' || trees.objective === 'one-versus-all') {
    for (let i = 0; i < out.length; i++) out[i] = 1 / (1 + exp(-trees.sigmoid * out[i]!))
  }
  return out
}

/**
 * How much each group of features moved each raw score away from the ensemble's mean, rows x groups
 * x classes: every split a row passes moves the expected output from the node's mean to its
 * child's, and that step is credited to the split's feature. `groupOf[f]` is the group of feature
 * f. The sum over the groups plus the mean is the score. Source: Saabas, Interpreting random
 * forests (2014).
 */
export function treeContributions(
  trees: TreeEnsemble,
  rows: Float64Array,
  groupOf: Int32Array,
  groups: number,
): Float64Array {
  const width = trees.featureNames.length
  const count = rows.length / width
  const { classes, root, feature, left, right, nodeMean, leafValue } = trees
  const out = new Float64Array(count * groups * classes)
  for (let from = 0; from < count; from += BLOCK_ROWS) {
    const to = Math.min(count, from + BLOCK_ROWS)
    for (let t = 0; t < root.length; t++) {
      for (let r = from; r < to; r++) {
        const base = r * groups * classes + (t % classes)
        let node = root[t]!
        let mean = node < 0 ? leafValue[~node]! : nodeMean[node]!
        while (node >= 0) {
          const asked = feature[node]!
          node = goesLeft(trees, node, rows[r * width + asked]!) ? left[node]! : right[node]!
          const next = node < 0 ? leafValue[~node]! : nodeMean[node]!
          out[base + groupOf[asked]! * classes]! += next - mean
          mean = next
        }
      }
    }
  }
  if (trees.averaged) scale(out, classes / root.length)
  return out
}

/** Turns every row of `classes` logits into probabilities that sum to 1, in place. */
export function softmaxRows(values: Float64Array, classes: number): void {
  for (let row = 0; row < values.length; row += classes) {
    let top = values[row]!
    for (let k = 1; k < classes; k++) top = Math.max(top, values[row + k]!)
    let sum = 0
    for (let k = 0; k < classes; k++) sum += values[row + k] = exp(values[row + k]! - top)
    for (let k = 0; k < classes; k++) values[row + k]! /= sum
  }
}

function addPlainTree(
  trees: TreeEnsemble,
  t: number,
  rows: Float64Array,
  from: number,
  to: number,
  scores: Float64Array,
): void {
  const { classes, feature, threshold, left, right, leafValue } = trees
  const width = trees.featureNames.length
  const root = trees.root[t]!
  const into = t % classes
  for (let r = from; r < to; r++) {
    const row = r * width
    let node = root
    while (node >= 0) {
      node = rows[row + feature[node]!]! <= threshold[node]! ? left[node]! : right[node]!
    }
    scores[r * classes + into]! += leafValue[~node]!
  }
}

function addTree(
  trees: TreeEnsemble,
  t: number,
  rows: Float64Array,
  from: number,
  to: number,
  scores: Float64Array,
): void {
  const { classes, feature, left, right, leafValue } = trees
  const width = trees.featureNames.length
  for (let r = from; r < to; r++) {
    let node = trees.root[t]!
    while (node >= 0) {
      const value = rows[r * width + feature[node]!]!
      node = goesLeft(trees, node, value) ? left[node]! : right[node]!
    }
    scores[r * classes + (t % classes)]! += leafValue[~node]!
  }
}

function goesLeft(trees: TreeEnsemble, node: number, value: number): boolean {
  const bits = trees.missing[node]!
  const kind = bits >> 1
  const isMissing = kind === 2 ? Number.isNaN(value) : kind === 1 && !(Math.abs(value) > ZERO)
  if (isMissing) return (bits & 1) === 1
  return (Number.isNaN(value) ? 0 : value) <= trees.threshold[node]!
}

function scale(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i]! *= factor
}
