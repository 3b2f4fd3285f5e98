import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core';

/** The one accent: reserved for the next thing to do and for where the reader is. */
const signal: MantineColorsTuple = [
  '#e9f1fd',
  '#d3e2fa',
  '#a9c7f5',
  '#6cacff',
  '#4a8fe8',
  '#3a7fdb',
  '#1c5fc4',
  '#2a6bc9',
  '#174fa5',
  '#123e82',
];

/** The kit's neutral greys, moved onto the blue-grey of the dark palette. */
const dark: MantineColorsTuple = [
  '#e2e8ef',
  '#c3ccd6',
  '#a0aebd',
  '#8796a7',
  '#2f3c49',
  '#2a3642',
  '#19212a',
  '#131920',
  '#0f141a',
  '#0b0f13',
];

export const theme: MantineThemeOverride = createTheme({
  colors: { signal, dark },
  primaryColor: 'signal',
  primaryShade: { light: 6, dark: 7 },
  fontFamily: 'var(--font-ui)',
  fontFamilyMonospace: 'var(--font-code)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'sm',
  focusRing: 'auto',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { size: 28, variant: 'subtle', color: 'gray' } },
    // The kit draws them two pixels smaller than the smallest text here.
    InputWrapper: { styles: { description: { fontSize: 12 }, error: { fontSize: 12 } } },
    TextInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'sm' } },
    SegmentedControl: { defaultProps: { size: 'sm' } },
    // Outside a portal the menu stays inside its landmark; the placeholder is no item a menu may hold.
    Menu: {
      defaultProps: {
        transitionProps: { duration: 80 },
        shadow: 'md',
        withinPortal: false,
        withInitialFocusPlaceholder: false,
      },
    },
    Modal: {
      defaultProps: {
        transitionProps: { duration: 120 },
        centered: true,
        radius: 'md',
        styles: { title: { fontSize: 15, fontWeight: 600 } },
        closeButtonProps: { 'aria-label': 'Close' },
        // The kit draws a header element, which would count as a second banner of the window.
        attributes: { header: { role: 'none' } },
      },
    },
    Notification: {
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Dismiss' },
        styles: { description: { color: 'var(--muted)' } },
      },
    },
    Drawer: { defaultProps: { transitionProps: { duration: 120 } } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 80 }, withArrow: false } },
  },
});

const shared = {
  '--mantine-color-body': 'var(--panel)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--muted)',
  '--mantine-color-placeholder': 'var(--faint)',
  '--mantine-color-default': 'var(--panel)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--edge)',
  // Borders of fields and ticks, which the kit takes from its palettes.
  '--mantine-color-gray-4': 'var(--edge)',
  '--mantine-color-dark-4': 'var(--edge)',
  '--mantine-color-gray-light-color': 'var(--muted)',
  '--mantine-color-gray-light-hover': 'var(--hover)',
  '--mantine-color-disabled': 'var(--hover)',
  '--mantine-color-disabled-color': 'var(--faint)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-red-filled': '#b3261e',
  '--mantine-color-red-filled-hover': '#9a1f18',
  '--mantine-color-red-light': 'var(--bad-wash)',
  '--mantine-color-red-light-color': 'var(--bad)',
  '--mantine-color-signal-light': 'var(--busy-wash)',
  '--mantine-color-signal-light-color': 'var(--accent)',
};

/** Puts the UI kit on the palettes of theme.css instead of its own. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
