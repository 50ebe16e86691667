import { describeContract } from './contract/checklist.ts'

describeContract('all-in-one')
