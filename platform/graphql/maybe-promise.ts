/** Combines values, synchronously unless one of them is a promise. None of them rejects. */
export function afterAll<Result>(
  values: readonly unknown[],
  make: (values: readonly unknown[]) => Result,
): Result | Promise<Result> {
  const [first] = values
  if (values.length === 1 && isPromise(first)) return first.then((value) => make([value]))
  return values.some(isPromise) ? Promise.all(values).then(make) : make(values)
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

/** What was thrown or rejected, as an Error that can take the place of a value. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

/** What is there, or will be. */
export type MaybePromise<Value> = Value | Promise<Value>

/** What is made of a value: at once when it is there. */
export function whenThere<Value, Result>(
  value: MaybePromise<Value>,
  make: (value: Value) => MaybePromise<Result>,
): MaybePromise<Result> {
  return isPromise(value) ? value.then(make) : make(value)
}
