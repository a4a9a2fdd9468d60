import { createTestLogger } from '@parley/testing'
import { createInProcessQueue } from '../src/index.ts'
import { describeLeases, describeQueue } from './contract.ts'

const connect = async () => createInProcessQueue(createTestLogger())
describeQueue('in one process', connect)
describeLeases('in one process', connect)
