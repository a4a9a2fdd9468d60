// The same for half an hour: k6 run -e VUS=200 soak.ts

export { default, options, setup } from './chat.ts'
