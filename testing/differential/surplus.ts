/** Properties of an object that were not requested. */
export const surplus = { surplus: { id: 'x' }, hasOwnProperty: 'x' } as const
