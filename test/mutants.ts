import { isNode, type Node, sourceFile, walk } from './tidy/source-tree.ts'

/** One small fault that could have been made: the text of a file from `start` to `end` is other. */
export type Mutant = {
  readonly path: string
  readonly line: number
  readonly start: number
  readonly end: number
  readonly was: string
  readonly is: string
}

const SWAPS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '??=': ['='],
  '+=': ['-='],
}

const METHODS: Readonly<Record<string, string>> = {
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  some: 'every',
  every: 'some',
}

/**
 * Every mutant of a source: operators swapped, conditions true and false, numbers one more, truths
 * turned, texts and lists emptied, statements left out, calls replaced by what they were given.
 * Types, imports and what only a type checker could see are left alone.
 */
export function mutantsOf(path: string, text: string): Mutant[] {
  const file = sourceFile(path, text)
  const mutants: Mutant[] = []
  const add = (start: number, end: number, is: string): void => {
    const line = text.slice(0, start).split('\n').length
    mutants.push({ path, line, start, end, was: text.slice(start, end), is })
  }
  const over = (node: Node, is: string): void => add(node.start, node.end, is)
  const visit = (node: Node): void => {
    if (/^(TS|Import)/.test(node.type) && !/^TS(NonNull|As|Satisfies)/.test(node.type)) return
    mutate(node, text, over, add)
    for (const [name, value] of Object.entries(node)) {
      if (isTypePart(node, name)) continue
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child)
    }
  }
  visit(file.program)
  const seen = new Set<string>()
  return mutants.filter(({ start, end, is }) => {
    const key = `${start} ${end} ${is}`
    return !seen.has(key) && seen.add(key) !== undefined
  })
}

function isTypePart(node: Node, name: string): boolean {
  const isKey = name === 'key' && !node.computed
  const isMember = name === 'property' && node.type === 'MemberExpression' && !node.computed
  return (
    isKey || isMember || /^(typeAnnotation|typeArguments|typeParameters|returnType)$/.test(name)
  )
}

type Over = (node: Node, is: string) => void
type Add = (start: number, end: number, is: string) => void

function mutate(node: Node, text: string, over: Over, add: Add): void {
  const part = (child: unknown): string => {
    return isNode(child) ? text.slice(child.start, child.end) : ''
  }
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression': {
      const [left, right] = [node.left as Node, node.right as Node]
      const operator = String(node.operator)
      for (const other of SWAPS[operator] ?? []) {
        add(left.end, right.start, text.slice(left.end, right.start).replace(operator, other))
      }
      return
    }
    case 'IfStatement':
    case 'ConditionalExpression':
      over(node.test as Node, 'true')
      over(node.test as Node, 'false')
      return
    case 'UnaryExpression':
      if (/^[!-]$/.test(String(node.operator))) over(node, part(node.argument))
      return
    case 'Literal':
      mutateLiteral(node, over)
      return
    case 'ArrayExpression':
      if ((node.elements as unknown[]).length > 0) over(node, '[]')
      return
    case 'ExpressionStatement':
      over(node, ';')
      return
    case 'BreakStatement':
      over(node, ';')
      return
    case 'ArrowFunctionExpression':
      if (node.expression) over(node.body as Node, '(undefined)')
      return
    case 'CallExpression':
      mutateCall(node, text, over)
      return
    case 'ReturnStatement':
      if (isNode(node.argument)) over(node.argument, 'undefined')
  }
}

function mutateLiteral(node: Node, over: Over): void {
  const { value } = node
  if (typeof value === 'number') over(node, String(value + 1))
  if (typeof value === 'boolean') over(node, String(!value))
  if (typeof value === 'string') over(node, value === '' ? "'mutant'" : "''")
}

function mutateCall(node: Node, text: string, over: Over): void {
  const callee = node.callee as Node
  if (callee.type !== 'MemberExpression' || !isNode(callee.property)) return
  const name = String(callee.property.name)
  const given = (node.arguments as Node[]).map(({ start, end }) => text.slice(start, end))
  const other = METHODS[name]
  if (other !== undefined) {
    over(node, `${text.slice(node.start, callee.property.start)}${other}(${given.join(', ')})`)
  }
  if (/^(abs|freeze|floor|ceil)$/.test(name)) over(node, `(${given[0]})`)
  const object = callee.object as Node
  if (/^(filter|slice)$/.test(name)) over(node, text.slice(object.start, object.end))
}

/** The text with a mutant in it, every loop of it bounded by calls of `__step()`. */
export function withMutant(path: string, text: string, mutant?: Mutant): string {
  const mutated = mutant ? text.slice(0, mutant.start) + mutant.is + text.slice(mutant.end) : text
  const inserts: { at: number; what: string }[] = []
  walk(sourceFile(path, mutated).program, (node) => {
    if (!/^(For|While|DoWhile|ForOf|ForIn)Statement$/.test(node.type)) return
    const body = node.body as Node
    inserts.push({ at: body.start, what: '{__step();' }, { at: body.end, what: '}' })
  })
  let bounded = mutated
  for (const { at, what } of inserts.sort((a, b) => b.at - a.at)) {
    bounded = bounded.slice(0, at) + what + bounded.slice(at)
  }
  return bounded
}
