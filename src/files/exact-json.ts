/**
 * A text of JSON that is put into an answer as it is: what JavaScript makes of it has rounded numbers, no key twice and
 * another order.
 */
export class JsonText {
  /** @throws SyntaxError for what is no JSON: it would spoil all that it is put into */
  constructor(private readonly text: string) {
    JSON.parse(text);
  }

  toString(): string {
    return this.text;
  }
}

/** A decimal number of any size: text in code, and in JSON a number, which JavaScript's own would round. */
export class Decimal extends JsonText {}

/** JSON of plain values, in which each {@link JsonText} stands as it is. */
export function exactJson(value: unknown): string {
  if (value instanceof JsonText) return value.toString();
  if (Array.isArray(value)) return `[${value.map(exactJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${exactJson(field)}`).join(',')}}`;
}
