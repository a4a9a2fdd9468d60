export { maxConnecting } from './calls/accounts.ts'
export { createHistoryClient, type History, type HistoryOptions } from './client.ts'
export * from './contract.ts'
