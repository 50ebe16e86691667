import { describeContract } from './contract/checklist.ts'

describeContract('split')
