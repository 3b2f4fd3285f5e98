const CONTROLS_BUT_BREAKS = /[^\P{Cc}\n\t]/gu;
/** Right-to-left overrides and their kin make words read as something they are not. */
const DIRECTION_MARKS = /\p{Bidi_Control}/gu;

/** Words of another machine as they may be shown: what could steer a terminal or mislead an eye is left out. */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROLS_BUT_BREAKS, '').replace(DIRECTION_MARKS, '').trim();
}
