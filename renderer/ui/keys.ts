/** The platform's word for the main modifier. */
export const modifierKey = /Mac/i.test(navigator.userAgent) ? '⌘' : 'Ctrl';
