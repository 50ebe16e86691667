/** Imported before everything else: `using` needs a symbol that some browsers do not have yet. */
const symbols = Symbol as { dispose?: symbol }
symbols.dispose ??= Symbol('dispose')
