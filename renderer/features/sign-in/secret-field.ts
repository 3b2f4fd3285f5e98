/** Nothing outside the dialog may fill, correct or remember a field that takes a secret. */
export const unfilled = {
  autoComplete: 'off',
  autoCapitalize: 'off',
  autoCorrect: 'off',
  spellCheck: false,
} as const;

/** The button inside the field, reachable by keyboard. */
export const showSecret = { 'aria-label': 'Show what is typed', tabIndex: 0 } as const;
