// The first frame is drawn while building, where Node 20 has no navigator.
const userAgent = typeof navigator === 'undefined' ? '' : navigator.userAgent;

/** The platform's word for the main modifier. */
export const modifierKey = /Mac/i.test(userAgent) ? '⌘' : 'Ctrl';
