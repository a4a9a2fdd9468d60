import { createMathPlugin } from '@streamdown/math'
import 'katex/dist/katex.min.css'

// Loaded when the first formula is there.
export const math = createMathPlugin({ errorColor: 'var(--danger)' })
