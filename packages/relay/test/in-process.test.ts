import { createInProcessExchange } from '../src/index.ts'
import { describeExchange } from './contract.ts'

describeExchange('in one process', async () => createInProcessExchange())
