/** What an object has in it that nobody asked for. */
export const surplus = { surplus: { id: 'x' }, hasOwnProperty: 'x' } as const
