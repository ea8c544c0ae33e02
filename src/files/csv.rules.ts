/** What stands between the cells of a row. */
export type Separator = ',' | ';';

/**
 * The separator of a CSV file, told by its header. A spreadsheet saves semicolons where the comma is the decimal point
 * of the country. No column that is read has either in its name.
 */
export function separatorOf(header: string): Separator {
  return header.includes(';') && !header.includes(',') ? ';' : ',';
}
