export { createTools } from '../tools/tools.ts'
export { chooseModels } from './choose.ts'
export { createDemoModel } from './demo.ts'
export type { Model, Models } from './model.ts'
