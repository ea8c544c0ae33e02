/** Of a text that a message quotes, and how many names it lists. */
const MAX_SHOWN_CHARACTERS = 60;
const MAX_SHOWN_NAMES = 10;

/** A value of somebody's file in a message: short, and without anything that would act on a terminal. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return '[…]';
  if (typeof value === 'object' && value !== null) return '{…}';
  if (typeof value !== 'string') return String(value);
  const isLong = value.length > MAX_SHOWN_CHARACTERS;
  return `"${visible(value.slice(0, MAX_SHOWN_CHARACTERS))}${isLong ? '…' : ''}"`;
}

/** Several of them, as many as a reader takes in. */
export function listed(names: readonly string[]): string {
  const more = names.length - MAX_SHOWN_NAMES;
  return names.slice(0, MAX_SHOWN_NAMES).map(shown).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Text whose every character is seen. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}
