import type { QueryPlan } from './query-plan.ts'

export type PlanNode = NonNullable<QueryPlan['node']>
export type FetchNode = Extract<PlanNode, { readonly kind: 'Fetch' }>
