export { chooseModel } from './choose.ts'
export { createDemoModel } from './demo.ts'
export type { Model } from './model.ts'
