import { parse, type OperationDefinitionNode } from 'graphql'
import { expect, it } from 'vitest'
import type { Event } from './event.ts'
import { createEventQuery } from './event-query.ts'

const recalled: Event = { id: 'recalled-7', type: 'MessageRecalled', userId: '1', subjectId: '7', otherId: '2' }

function queryOf(text: string, given: Record<string, unknown> = {}, type = recalled.type) {
  const document = parse(text)
  return createEventQuery(document, document.definitions[0] as OperationDefinitionNode, given, given, type)
}

it('answers under any alias, also under the name of a prototype', () => {
  const query = queryOf(
    'subscription { events { __proto__: id constructor: cursor ... on MessageRecalled { messageId } } }',
  )
  expect(JSON.stringify(query.assemble(recalled, 'here', {}))).toBe(
    '{"__proto__":"recalled-7","constructor":"here","messageId":"7"}',
  )
})

it('asks with the variables that were given and are used, and with none that every object has', () => {
  const text = `subscription ($toString: Int, $last: Int, $other: Int) {
    events { ... on MessageRecalled {
      conversation { one: messages(last: $toString) { __typename } two: messages(last: $last) { __typename } }
    } }
  }`
  expect(queryOf(text, { last: 3, other: 4 }).variablesFor(recalled)).toEqual({
    last: 3,
    eventSubject: '7',
    eventOther: '2',
  })
})
