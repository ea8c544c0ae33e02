/** JSON of a row whose totals are decimals of any size as text: they become numbers that JavaScript's would round. */
export function exactJson(row: object): string {
  const fields = Object.entries(row).map(([name, value]: [string, unknown]) => {
    return `"${name}":${name.startsWith('total') ? String(value) : JSON.stringify(value)}`;
  });
  return `{${fields.join(',')}}`;
}
