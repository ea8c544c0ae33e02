import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseEnvironmentFile } from './environment-file.js';

const read = (text: string): unknown[] => [...parseEnvironmentFile(Buffer.from(text))];

const problemsOf = (content: string | Buffer): readonly string[] => {
  try {
    parseEnvironmentFile(Buffer.from(content as string));
  } catch (error) {
    return (error as { problems: readonly string[] }).problems;
  }
  return [];
};

describe('an environment file', () => {
  it.each([
    ['nothing', '', {}],
    ['a last line without an end', 'A=1', { A: '1' }],
    ['a byte order mark', '\uFEFFA=1\nB=2\n', { A: '1', B: '2' }],
    ['line ends of Windows', 'A=1\r\n\r\nB="2"\r\nC=\r\nD=4\r\n', { A: '1', B: '2', C: '', D: '4' }],
    ['line ends of an old Mac', 'A=1\rB=2\r', { A: '1', B: '2' }],
    ['comments', '# A=0\n  # more\nA=1 # one\nB= # none\nC="#" \t# "\n', { A: '1', B: '', C: '#' }],
    ['export', 'export A=1\n  export\tB = "2" \nexport=3\n', { A: '1', B: '2', export: '3' }],
    ['every kind of quotes', `A="it's"\nB='a "b" \\n'\nC=\`'"\`\n`, { A: "it's", B: 'a "b" \\n', C: `'"` }],
    ['line ends in double quotes', 'A="a\\nb"\n', { A: 'a\nb' }],
    ['quotes inside of values', `A=it's "so"\nB=x"\n`, { A: `it's "so"`, B: 'x"' }],
    ['white space', '\t A \t=\t 1 2 \t\nB=" 1 "\n', { A: '1 2', B: ' 1 ' }],
    [
      'values of several lines',
      'A="-----BEGIN\n# x\n-----END"\nB=2\n',
      { A: '-----BEGIN\n# x\n-----END', B: '2' },
    ],
    [
      'signs of its own',
      'A==x=\nB=mysql://u:p@h:1/d?x={"a":1}&y\n',
      { A: '=x=', B: 'mysql://u:p@h:1/d?x={"a":1}&y' },
    ],
    ['any letters', 'A=ü😀\n', { A: 'ü😀' }],
    ['names that objects have', '__proto__=1\nconstructor=2\n', { ['__proto__']: '1', constructor: '2' }],
  ])('may have %s', (_what, text, values) => {
    expect(read(text)).toEqual(Object.entries(values));
  });

  it.each([
    ['a name without a value', 'A=1\nB\n', 2],
    ['a value without a name', '=1\n', 1],
    ['a name that none can have', '1A=1', 1],
    ['another with a minus', 'AUTH-TOKEN=1', 1],
    ['a colon', 'A: 1', 1],
    ['an open quote', "A=1\r\nB='1\r\nC=2", 2],
    ['a # that only some take for a comment', '\n\nA=ab#cd\n', 3],
    ['a # at the beginning of a value', 'A=#cd\n', 1],
    ['words behind quotes', 'A="1" 2', 1],
    ['a second pair of quotes', 'A="1""2"', 1],
    ['white space that nobody sees', 'A=\u00a01', 1],
  ])('must not have %s', (_what, text, line) => {
    expect(problemsOf(text)[0]).toBe(
      `line ${line} of .env cannot be read: write NAME=value, and in quotes what has a # or quotes in it`,
    );
  });

  it('tells of every mistake, and of no value', () => {
    const problems = problemsOf('A=s3cret\n"s3cret"\nexport A="s3cret\ns3cret"\ns3cret: 1\nA=3');
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'line 2 of .env cannot be read',
      'A stands twice in .env, in lines 1 and 3',
      'line 5 of .env cannot be read',
      'A stands twice in .env, in lines 1 and 6',
    ]);
    expect(problems.join()).not.toContain('s3cret');
  });

  it.each([
    ['UTF-16, as Windows saves it', Buffer.from('\uFEFFA=1\n', 'utf16le')],
    ['UTF-16 without a mark', Buffer.from('A=1\n', 'utf16le')],
    ['Latin 1', Buffer.from('A=ü\n', 'latin1')],
  ])('must not be %s', (_what, content) => {
    expect(problemsOf(content)).toEqual(['.env is not UTF-8: save it as that']);
  });

  it('is read as it was written, whatever is in it', () => {
    const name = fc.stringMatching(/^[A-Za-z_]\w{0,20}$/);
    const value = fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/['\r\0]/g, ''));
    const lineEnd = fc.constantFrom('\n', '\r\n', ' # comment\n', '\n\n# comment\n');
    const entries = fc.uniqueArray(
      fc.tuple(
        name,
        value.filter((text) => text.isWellFormed()),
        lineEnd,
      ),
      { selector: ([one]) => one },
    );
    fc.assert(
      fc.property(entries, (all) => {
        const text = all.map(([key, content, end]) => `${key}='${content}'${end}`).join('');
        expect(read(text)).toEqual(all.map(([key, content]) => [key, content]));
      }),
    );
  });
});
