import type { MathNode } from 'mathjs'
import type { Tool } from './tool.ts'

const maxChars = 300
/** Functions whose work does not grow with the size of their arguments. */
const functions = new Set(
  'abs acos asin atan atan2 cbrt ceil cos cosh deg exp floor hypot log log10 log2 max mean min mod pow round sign sin sinh sqrt tan tanh'.split(
    ' ',
  ),
)
const nodes = new Set(['ConstantNode', 'OperatorNode', 'ParenthesisNode', 'FunctionNode', 'SymbolNode'])
const constants = new Set(['pi', 'e', 'tau', 'phi'])
/** Of the operators, these could be made to work for long. */
const forbidden = new Set(['factorial', 'to', 'transpose', 'ctranspose'])

/** Calculates, which models do badly. */
export const calculator: Tool = {
  description: `Evaluates an arithmetic expression, like (2 + 3) * sqrt(16). Functions: ${[...functions].join(', ')}. Constants: pi, e.`,
  input: {
    type: 'object',
    properties: { expression: { type: 'string', maxLength: maxChars } },
    required: ['expression'],
    additionalProperties: false,
  },
  run: async (input) => calculate(String((input as { expression?: unknown }).expression ?? '')),
}

/**
 * The value of an arithmetic expression, to 14 digits. Only numbers, operators and the functions above are taken, because
 * the expression comes from a model, and so from whoever writes in the conversation.
 *
 * @throws Error in words for the model
 */
async function calculate(expression: string): Promise<string> {
  if (expression.length > maxChars) throw new Error(`An expression has ${maxChars} characters at most.`)
  const { parse, format } = await import('mathjs') // large, and seldom wanted
  const tree = parse(expression)
  tree.traverse(requireArithmetic)
  return format(tree.compile().evaluate(), { precision: 14 })
}

function requireArithmetic(node: MathNode, path: string): void {
  const { name, fn, value } = node as { name?: string; fn?: unknown; value?: unknown }
  const callee = path === 'fn'
  const known =
    nodes.has(node.type) &&
    !(node.type === 'ConstantNode' && typeof value !== 'number') &&
    !(node.type === 'SymbolNode' && !(callee ? functions : constants).has(name!)) &&
    !(node.type === 'OperatorNode' && forbidden.has(fn as string))
  if (!known) throw new Error(`Only arithmetic is possible here, not “${node.toString()}”.`)
}
