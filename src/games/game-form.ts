import { IDENTIFIER } from '../validation/identifier.decorator.js';

/** The form of a game's fields, wherever they come from. The lengths are those of the columns. */
export const GAME_ID = IDENTIFIER;
/** In any script, counted in characters and not in UTF-16 units; no control characters, no halves of a character. */
export const GAME_NAME = /^[^\p{Cc}\p{Cs}]{1,255}$/u;
export const PROVIDER_CODE = /^[\x21-\x7e]{1,64}$/;
