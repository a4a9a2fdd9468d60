export { createDatabase } from './database.ts'
export { eventually } from './eventually.ts'
export { createTestLogger } from './log.ts'
export { createRecorder } from './recorder.ts'
