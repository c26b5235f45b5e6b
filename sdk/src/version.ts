/** Instrumentation scope of the spans and logs that this package makes. */
export const SCOPE = '@spanbook/sdk';
export const VERSION = '0.1.0';
