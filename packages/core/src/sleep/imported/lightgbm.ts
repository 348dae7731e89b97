import { strFromU8 } from 'fflate'
import { fail, ok, type Result } from '../../math/result.ts'
import type { ModelCode } from '../stage/model-code.ts'
import type { TreeEnsemble, TreeObjective } from './tree-ensemble.ts'

/** No known sleep stager has a tenth of these; they keep a hostile file from taking the machine. */
const MAX_TREES = 50_000
const MAX_FEATURES = 10_000
const MAX_CLASSES = 64
const MAX_LEAVES = 4_000_000
const MAX_HEADER_LINES = 1000

type Header = {
  readonly fields: ReadonlyMap<string, string>
  /** Byte after the header: the first `Tree=`. */
  readonly next: number
}

type Columns = {
  root: number[]
  feature: number[]
  threshold: number[]
  left: number[]
  right: number[]
  missing: number[]
  leafValue: number[]
  leafCount: number[]
}

type Failure = Result<never, ModelCode>

/** True when the bytes begin like a LightGBM text model. */
export function looksLikeLightGbm(bytes: Uint8Array): boolean {
  return /^tree\r?\nversion=/.test(strFromU8(bytes.subarray(0, 32), true))
}

/**
 * Parses a LightGBM text model (versions v2 to v4) with numeric splits. Handles every missing-value
 * rule, the objectives multiclass, multiclassova, binary and the regressions whose output is the
 * sum itself. Categorical splits, linear leaves and other objectives are refused by name.
 */
export function parseLightGbm(bytes: Uint8Array): Result<TreeEnsemble, ModelCode> {
  if (!looksLikeLightGbm(bytes)) {
    return fail('MODEL_FORMAT', 'line 1', 'other text', '"tree" and "version=v3"')
  }
  const header = readHeader(bytes)
  const shape = readShape(header.fields)
  if (!shape.ok) return shape
  const columns = emptyColumns()
  let at = header.next
  for (let tree = 0; at < bytes.length; tree++) {
    const block = readBlock(bytes, at)
    if (block.fields.size === 0) break
    if (tree >= MAX_TREES || columns.leafValue.length > MAX_LEAVES) {
      return fail(
        'MODEL_TOO_LARGE',
        `tree ${tree}`,
        'more',
        `${MAX_TREES} trees, ${MAX_LEAVES} leaves`,
      )
    }
    const failure = addTree(columns, block.fields, tree, shape.value.featureNames.length)
    if (failure) return failure
    at = block.next
  }
  const trees = columns.root.length
  if (trees === 0 || trees % shape.value.classes !== 0) {
    return fail('MODEL_TRUNCATED', 'trees', `${trees}`, `a multiple of ${shape.value.classes}`)
  }
  return ok({ ...shape.value, ...packed(columns), nodeMean: nodeMeans(columns) })
}

function readHeader(bytes: Uint8Array): Header {
  const fields = new Map<string, string>()
  let at = 0
  for (let line = 0; at < bytes.length && line < MAX_HEADER_LINES; line++) {
    const { text, next } = readLine(bytes, at)
    if (text.startsWith('Tree=') || text === 'end of trees') break
    const cut = text.indexOf('=')
    fields.set(cut < 0 ? text : text.slice(0, cut), cut < 0 ? '' : text.slice(cut + 1))
    at = next
  }
  return { fields, next: at }
}

type Shape = Pick<TreeEnsemble, 'featureNames' | 'classes' | 'objective' | 'sigmoid' | 'averaged'>

function readShape(fields: ReadonlyMap<string, string>): Result<Shape, ModelCode> {
  const featureNames = (fields.get('feature_names') ?? '').split(' ').filter((name) => name !== '')
  const expected = Number(fields.get('max_feature_idx')) + 1
  if (featureNames.length !== expected || expected > MAX_FEATURES) {
    return fail('MODEL_FORMAT', 'feature_names', `${featureNames.length} names`, `${expected}`)
  }
  const classes = Number(fields.get('num_tree_per_iteration'))
  if (!Number.isInteger(classes) || classes < 1 || classes > MAX_CLASSES) {
    return fail('MODEL_FORMAT', 'num_tree_per_iteration', String(classes), `1 to ${MAX_CLASSES}`)
  }
  const line = fields.get('objective') ?? ''
  const objective = objectiveOf(line.split(' ')[0]!)
  if (objective === undefined) {
    return fail('MODEL_UNSUPPORTED', 'objective', `"${line}"`, 'multiclass, binary or regression')
  }
  const slope = /sigmoid:(\S+)/.exec(line)
  const sigmoid = slope ? Number(slope[1]) : 1
  if (!Number.isFinite(sigmoid)) return fail('MODEL_FORMAT', 'objective', line, 'a finite sigmoid')
  return ok({ featureNames, classes, objective, sigmoid, averaged: fields.has('average_output') })
}

function objectiveOf(name: string): TreeObjective | undefined {
  if (name === 'multiclass' || name === 'softmax') return 'softmax'
  if (name === 'multiclassova') return 'one-versus-all'
  if (name === 'binary') return 'sigmoid'
  const sums = ['regression', 'regression_l1', 'huber', 'fair', 'quantile', 'mape', 'lambdarank']
  return sums.includes(name) ? 'identity' : undefined
}

/** The lines that matter, from `Tree=` to the blank line or the next tree. */
const NEEDED = new Set([
  'num_leaves',
  'num_cat',
  'split_feature',
  'threshold',
  'decision_type',
  'left_child',
  'right_child',
  'leaf_value',
  'leaf_count',
  'is_linear',
])

function readBlock(
  bytes: Uint8Array,
  start: number,
): { fields: Map<string, string>; next: number } {
  const fields = new Map<string, string>()
  const first = readLine(bytes, start)
  if (!first.text.startsWith('Tree=')) return { fields, next: bytes.length }
  fields.set('Tree', first.text.slice(5))
  let at = first.next
  while (at < bytes.length) {
    const key = readKey(bytes, at)
    if (key === 'Tree' || key === 'end of trees') break
    if (NEEDED.has(key)) {
      const line = readLine(bytes, at)
      fields.set(key, line.text.slice(key.length + 1))
      at = line.next
    } else {
      at = lineEnd(bytes, at) + 1
    }
  }
  return { fields, next: at }
}

/**
 * Adds one tree's columns, its indices moved to the shared columns; returns what was wrong, if any.
 */
function addTree(
  columns: Columns,
  fields: ReadonlyMap<string, string>,
  tree: number,
  featureCount: number,
): Failure | undefined {
  const where = `tree ${tree}`
  const leaves = Number(fields.get('num_leaves'))
  if ((fields.get('num_cat') ?? '0') !== '0') {
    return fail('MODEL_UNSUPPORTED', where, 'categorical splits', 'numeric splits only')
  }
  if ((fields.get('is_linear') ?? '0') !== '0') {
    return fail('MODEL_UNSUPPORTED', where, 'linear leaves', 'constant leaves')
  }
  const leafValue = numbers(fields.get('leaf_value'))
  if (!(leaves >= 1) || leafValue.length !== leaves || !leafValue.every(Number.isFinite)) {
    return fail('MODEL_FORMAT', where, `${leafValue.length} leaves`, `${leaves} finite leaf values`)
  }
  const firstNode = columns.feature.length
  const firstLeaf = columns.leafValue.length
  columns.root.push(leaves === 1 ? ~firstLeaf : firstNode)
  append(columns.leafValue, leafValue)
  const counts = numbers(fields.get('leaf_count'))
  const usable = counts.length === leaves && counts.every((count) => count > 0)
  append(columns.leafCount, usable ? counts : leafValue.map(() => 1))
  return leaves === 1 ? undefined : addNodes(columns, fields, where, leaves - 1, featureCount)
}

function addNodes(
  columns: Columns,
  fields: ReadonlyMap<string, string>,
  where: string,
  nodes: number,
  featureCount: number,
): Failure | undefined {
  const firstNode = columns.feature.length
  const firstLeaf = columns.leafValue.length - nodes - 1
  const feature = numbers(fields.get('split_feature'))
  const threshold = numbers(fields.get('threshold'))
  const decision = numbers(fields.get('decision_type'))
  const left = numbers(fields.get('left_child'))
  const right = numbers(fields.get('right_child'))
  const lengths = [feature, threshold, decision, left, right].map((column) => column.length)
  if (lengths.some((length) => length !== nodes)) {
    return fail('MODEL_FORMAT', where, `columns of ${lengths.join(', ')}`, `${nodes} splits each`)
  }
  if (decision.some((bits) => !(bits >= 0 && bits <= 15) || (bits & 1) === 1)) {
    return fail('MODEL_UNSUPPORTED', where, 'a categorical decision', 'numeric splits only')
  }
  const asked = feature.find((f) => !(Number.isInteger(f) && f >= 0 && f < featureCount))
  if (asked !== undefined || threshold.some(Number.isNaN)) {
    return fail('MODEL_FORMAT', where, `feature ${asked}`, `0 to ${featureCount - 1}, a threshold`)
  }
  if (!isTree(left, right, nodes)) {
    return fail('MODEL_FORMAT', where, 'children that form no tree', 'each node under one parent')
  }
  const moved = (child: number): number => (child < 0 ? child - firstLeaf : child + firstNode)
  append(columns.feature, feature)
  append(columns.threshold, threshold)
  append(columns.left, left.map(moved))
  append(columns.right, right.map(moved))
  append(
    columns.missing,
    decision.map((bits) => ((bits >> 1) & 1) | ((bits >> 2) << 1)),
  )
  return undefined
}

/**
 * Every node but the first and every leaf is the child of exactly one node: walks from the root
 * end.
 */
function isTree(left: readonly number[], right: readonly number[], nodes: number): boolean {
  const seen = new Uint8Array(2 * nodes + 1)
  seen[nodes + 1] = 1
  for (const child of [...left, ...right]) {
    if (!Number.isInteger(child) || child < -nodes - 1 || child >= nodes) return false
    const slot = child + nodes + 1
    if (seen[slot] === 1) return false
    seen[slot] = 1
  }
  return true
}

function nodeMeans(columns: Columns): Float64Array {
  const { left, right, leafValue, leafCount, root } = columns
  const mean = new Float64Array(left.length)
  const weight = new Float64Array(left.length)
  for (let t = 0; t < root.length; t++) {
    const order: number[] = []
    const pending = root[t]! >= 0 ? [root[t]!] : []
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      order.push(node)
      for (const child of [left[node]!, right[node]!]) if (child >= 0) pending.push(child)
    }
    for (const node of order.reverse()) {
      for (const child of [left[node]!, right[node]!]) {
        const w = child < 0 ? leafCount[~child]! : weight[child]!
        weight[node]! += w
        mean[node]! += w * (child < 0 ? leafValue[~child]! : mean[child]!)
      }
      mean[node]! /= weight[node]!
    }
  }
  return mean
}

function packed(columns: Columns): Omit<TreeEnsemble, keyof Shape | 'nodeMean'> {
  return {
    root: Int32Array.from(columns.root),
    feature: Int32Array.from(columns.feature),
    threshold: Float64Array.from(columns.threshold),
    left: Int32Array.from(columns.left),
    right: Int32Array.from(columns.right),
    missing: Uint8Array.from(columns.missing),
    leafValue: Float64Array.from(columns.leafValue),
  }
}

function emptyColumns(): Columns {
  return {
    root: [],
    feature: [],
    threshold: [],
    left: [],
    right: [],
    missing: [],
    leafValue: [],
    leafCount: [],
  }
}

function append(column: number[], values: readonly number[]): void {
  for (const value of values) column.push(value)
}

function numbers(text: string | undefined): number[] {
  return text === undefined || text === '' ? [] : text.trim().split(' ').map(Number)
}

function readLine(bytes: Uint8Array, start: number): { text: string; next: number } {
  const end = lineEnd(bytes, start)
  const stop = end > start && bytes[end - 1] === 13 ? end - 1 : end
  return { text: strFromU8(bytes.subarray(start, stop), true), next: end + 1 }
}

/** The letters before `=` or the line's end, without reading the whole line. */
function readKey(bytes: Uint8Array, start: number): string {
  let end = start
  while (end < bytes.length && end - start < 40 && bytes[end] !== 61 && bytes[end]! >= 32) end++
  return strFromU8(bytes.subarray(start, end), true)
}

function lineEnd(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(10, start)
  return end < 0 ? bytes.length : end
}
