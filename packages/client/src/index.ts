export { type Api, createApi } from './api.ts'
export { type Connection, type ConnectionStatus, createConnection } from './connection.ts'
export { type ConversationState, type Kept, keptOf, type Live, type Past } from './conversation.ts'
export { type Follower, followConversation } from './follow.ts'
